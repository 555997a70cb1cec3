import type { Profile } from '../core/providers/profile.ts';
import type { Credentials } from './provider.ts';

/** Keys that are kept for the user: in the keychain of the system, or in a file. */
export interface Keys {
  list(): Promise<readonly KeptKey[]>;
  /** A key as it was given. Failure `auth` when it cannot be one; no message shows any part of it. */
  credentials(key: string, profile: Profile): Credentials;
  /** Takes the place of a key of the same name. */
  keep(key: NewKey, options: { readonly inFile: boolean }): Promise<Kept>;
  /** Resolves to whether there was such a key. */
  remove(provider: string, name: string): Promise<boolean>;
}

/** A key, as far as anybody is told of it. */
export interface KeptKey {
  /** Whose key it is: "google", or the name of a gateway. */
  readonly provider: string;
  /** What the user calls it. */
  readonly name: string;
  readonly place: 'keychain' | 'file';
  /** Of the file; null for the keychain. */
  readonly path: string | null;
  /** Its last letters, by which the owner knows it. */
  readonly ending: string;
  /** The name of its account in the ledger. */
  readonly account: string;
}

export interface NewKey extends Pick<KeptKey, 'provider' | 'name' | 'ending' | 'account'> {
  readonly key: string;
}

export interface Kept extends KeptKey {
  /** Whether nobody else can read the file, as far as its mode says: on Windows that means nothing. */
  readonly isYoursAlone: boolean;
  /** Why the keychain did not take it, in the words of the system; null where it did or was not asked. */
  readonly why: string | null;
}
