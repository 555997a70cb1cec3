import { dirname } from 'node:path';
import type { Charged } from '../../core/errors.ts';
import { Failure } from '../../core/errors.ts';

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const BUSY = /^SQLITE_(BUSY|LOCKED)/;
const UNUSABLE = /^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH|NOLFS|PROTOCOL)|E[A-Z]+$)/;

/**
 * What SQLite or the file system said about the ledger, as a Failure that names the file; a bug stays what it is. Only
 * what is paid for is `disk`: before that it is a matter of waiting, or of where the ledger is.
 */
export function ledgerTrouble(error: unknown, path: string, charged: Charged): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (DAMAGED.test(code)) return damaged(path, error.message, charged, error);
  if (BUSY.test(code)) {
    return new Failure(
      charged === 'no' ? 'unavailable' : 'disk',
      `The ledger ${path} is locked by another process.`,
      {
        hint: 'Wait for it to finish, then try again.',
        charged,
        cause: error,
      },
    );
  }
  if (UNUSABLE.test(code)) {
    return new Failure(kindOf(charged), `The ledger ${path} cannot be used: ${error.message}.`, {
      hint: `Make ${dirname(path)} writable and make room there${charged === 'no' ? ', or let PIXTAB_HOME name another folder' : ''}.`,
      charged,
      cause: error,
    });
  }
  return error;
}

/** https://www.sqlite.org/rescode.html, checked 2026-11-26. */
const PRIMARY: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  22: 'SQLITE_NOLFS',
  23: 'SQLITE_AUTH',
  26: 'SQLITE_NOTADB',
};

/** SQLite's word for an error of its own, without what its extended codes add in higher bytes; else the code of the system. */
export function codeOf(error: Error): string {
  if ('errcode' in error && typeof error.errcode === 'number')
    return PRIMARY[error.errcode & 255] ?? 'SQLITE_ERROR';
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function damaged(path: string, what: string, charged: Charged, cause?: unknown): Failure {
  return new Failure(kindOf(charged), `The ledger ${path} is damaged: ${what}.`, {
    hint: 'It was left as it is. Restore a backup, or move it and its -wal file away to begin an empty one, which forgets what was spent.',
    charged,
    cause,
  });
}

export const tooNew = (path: string): Failure =>
  new Failure('usage', `The ledger ${path} was written by a newer pixtab.`, {
    hint: 'Update pixtab.',
    charged: 'no',
  });

const kindOf = (charged: Charged) => (charged === 'no' ? 'usage' : 'disk');

/** Two machines would each believe that a budget is still there. */
export const onNetwork = (path: string, network: string): Failure =>
  new Failure('usage', `The ledger ${path} would be on ${network}, where it cannot be relied on.`, {
    hint: 'Nothing was sent. Let PIXTAB_LEDGER name a folder on a disk of this machine; its containers may share that.',
    charged: 'no',
  });
