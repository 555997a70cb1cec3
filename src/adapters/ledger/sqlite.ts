import type { Account, Clock, Ledger, Slots } from '../../ports/index.ts';
import { systemClock } from '../clock.ts';
import { ledgerTrouble } from './errors.ts';
import { ledgerIn, type LedgerOptions } from './ledger.ts';
import { openLedger } from './open-ledger.ts';
import type { Backend } from './queries.ts';
import { slotsIn } from './rate-slots.ts';

/** A ledger in one file, shared by all processes of this machine. Its clock is the machine's. */
export const sqlite = (path: string, { now }: Pick<Clock, 'now'>): Backend => ({
  open: () => openLedger(path, { clock: { ...systemClock(), now } }),
  trouble: (error, charged) => ledgerTrouble(error, path, charged),
});

/** For what may be lost in a power cut, as slots may: nothing waits for the disk. */
export const hastySqlite = (path: string, clock: Pick<Clock, 'now'>): Backend => ({
  ...sqlite(path, clock),
  async open() {
    const database = await openLedger(path, { clock: { ...systemClock(), now: clock.now } });
    database.exec('PRAGMA synchronous = NORMAL');
    return database;
  },
});

export const sqliteLedger = (
  path: string,
  { clock, ...options }: LedgerOptions & { readonly clock: Pick<Clock, 'now'> },
): Ledger => ledgerIn(sqlite(path, clock), options);

export const sqliteSlots = (path: string, account: Account, clock: Pick<Clock, 'now'>): Slots =>
  slotsIn(hastySqlite(path, clock), account);
