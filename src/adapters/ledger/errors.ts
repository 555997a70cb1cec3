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

/** Codes of SQLite, https://www.sqlite.org/rescode.html (checked 2026-11-26), and what its `sqlite3_errstr` says of each. */
const PRIMARY: readonly (readonly [number: number, word: string, sentence: string])[] = [
  [3, 'SQLITE_PERM', 'access permission denied'],
  [5, 'SQLITE_BUSY', 'database is locked'],
  [6, 'SQLITE_LOCKED', 'database table is locked'],
  [8, 'SQLITE_READONLY', 'attempt to write a readonly database'],
  [10, 'SQLITE_IOERR', 'disk I/O error'],
  [11, 'SQLITE_CORRUPT', 'database disk image is malformed'],
  [13, 'SQLITE_FULL', 'database or disk is full'],
  [14, 'SQLITE_CANTOPEN', 'unable to open database file'],
  [15, 'SQLITE_PROTOCOL', 'locking protocol'],
  [22, 'SQLITE_NOLFS', 'large file support is disabled'],
  [23, 'SQLITE_AUTH', 'authorization denied'],
  [26, 'SQLITE_NOTADB', 'file is not a database'],
];

/** SQLite's word for an error of its own, without what its extended codes add in higher bytes; else the code of the system. */
export function codeOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code !== 'ERR_SQLITE_ERROR') return code;
  // Where several rows were asked for, the driver passes on the sentence alone.
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 255 : null;
  const known = PRIMARY.find(([number, , sentence]) =>
    errcode === null ? sentence === error.message : number === errcode,
  );
  return known?.[1] ?? 'SQLITE_ERROR';
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
