import type { FolderFacts, LedgerFacts, Listing } from '../core/doctor.ts';
import type { Connection } from './api.ts';

/** The state of the machine and of what pixtab has on it. Looking changes and creates nothing. */
export interface Checkup {
  readonly node: { readonly version: string; readonly wanted: string };
  /** Hosts of the proxies that are set. */
  proxies(): readonly string[];
  folders(): Promise<readonly FolderFacts[]>;
  /** Failure `disk` when it cannot be read. */
  ledger(which: { readonly sandbox: boolean }): Promise<LedgerFacts>;
  /** Every model that the API has for the key; free. */
  listing(connection: Connection, signal: AbortSignal): Promise<Listing>;
}
