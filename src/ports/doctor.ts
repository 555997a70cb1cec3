import type { FolderFacts, LedgerFacts } from '../core/doctor.ts';

/** The state of the machine and of what pixtab has on it. Looking changes and creates nothing. */
export interface Checkup {
  readonly node: { readonly version: string; readonly wanted: string };
  /** Hosts of the proxies that are set. */
  proxies(): readonly string[];
  folders(): Promise<readonly FolderFacts[]>;
  /** Failure `disk` when it cannot be read. */
  ledger(which: { readonly sandbox: boolean }): Promise<LedgerFacts>;
  /** Where answers are kept beside this machine; null where nowhere. Failure where they cannot be read there, or written. */
  journal(which: { readonly sandbox: boolean }): Promise<string | null>;
}
