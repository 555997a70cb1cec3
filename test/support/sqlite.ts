import { ledgerIn, type LedgerOptions } from '../../src/adapters/ledger/ledger.ts';
import { slotsIn } from '../../src/adapters/ledger/rate-slots.ts';
import { sqlite } from '../../src/adapters/ledger/sqlite.ts';
import type { Account, Clock, Ledger, Slots } from '../../src/ports/index.ts';

/** The ledger in one file. */
export const sqliteLedger = (
  path: string,
  { clock, ...options }: LedgerOptions & { readonly clock: Pick<Clock, 'now'> },
): Ledger => ledgerIn(sqlite(path, clock), options);

/** The slots in the same file. */
export const sqliteSlots = (path: string, account: Account, clock: Pick<Clock, 'now'>): Slots =>
  slotsIn(sqlite(path, clock, 'slots'), account);
