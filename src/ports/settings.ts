import type { Profile } from '../core/providers/profile.ts';
import type { Credentials } from './provider.ts';

/** Somebody who may answer, before it is needed. */
export interface Endpoint {
  /** Who answers. Address and credentials make a provider of it. */
  readonly profile: Profile;
  /**
   * The credentials of the user, or those of the sandbox, to which the user's never go; null when there are none. They
   * are asked for only where a request is made. Failure `auth` when what was found cannot be a key.
   */
  readonly credentials: () => Promise<Credentials | null>;
  /** The address, without a slash at the end. Reading it throws Failure `usage` when it is not a safe one. */
  readonly baseUrl: { readonly value: string; readonly from: string };
  /** Hosts that the user allows for pictures that an answer points to. Reading it throws Failure `usage` when one is no host. */
  readonly pictureHosts: readonly string[];
}

/** Who answers first, and what else is set outside the command line. */
export interface Settings extends Endpoint {
  /** Who is asked after that, in this order, where the one before certainly charged nothing. */
  readonly further: readonly Endpoint[];
  readonly sandbox: boolean;
  /** Values of flags that were set outside the command line, by long flag name without dashes. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Where each of `defaults` was found, for messages about it: "PIXTAB_SIZE", ".pixtab.json". */
  readonly origins: Readonly<Record<string, string>>;
  /** Things the user should know, said once: both keys set, a base URL that is ignored. */
  readonly notices: readonly string[];
  /** The same, but only worth saying with --verbose: variables of other tools that do nothing here. */
  readonly details: readonly string[];
}

export interface SettingsFlags {
  readonly baseUrl?: string | undefined;
  readonly apiKeyFile?: string | undefined;
  /** The name of a key that is kept. */
  readonly key?: string | undefined;
  readonly gateway?: string | undefined;
  readonly sandbox?: boolean | undefined;
}

/** A file of settings: JSON in which comments may stand. */
export interface SettingsFile {
  /** Absolute; the file need not be there yet. */
  readonly path: string;
  /** As messages call it. */
  readonly label: string;
  /** What it sets. Failure `usage` where the reader of settings would not take it. */
  values(): Promise<readonly StoredSetting[]>;
  /** Its text; empty where there is no file. Failure `usage` when it cannot be read. */
  text(): Promise<string>;
  /**
   * Puts a value where these names lead. Failure `usage`, and no change, where the reader of settings would not take it.
   * Comments and the order of lines stay.
   */
  set(names: readonly string[], value: unknown): Promise<void>;
  /** Resolves to whether it was there. It mends a file too that the reader of settings does not take. */
  unset(names: readonly string[]): Promise<boolean>;
  /** Puts a whole text in the place of the file. Failure `usage`, and no change, where the reader would not take it. */
  replace(text: string): Promise<void>;
}

export interface StoredSetting {
  /** Names with dots between them: "max-cost", "gateways.work.address". */
  readonly name: string;
  /** null where it is a secret, which nobody is shown. */
  readonly value: string | null;
}
