import { dirname } from 'node:path';
import type { Charged } from '../../core/errors.ts';
import { Failure } from '../../core/errors.ts';

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const BUSY = /^SQLITE_(BUSY|LOCKED)/;
const UNUSABLE = /^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH|NOLFS)|E[A-Z]+$)/;

/**
 * What SQLite or the file system said about the ledger, as a Failure that names the file; a bug stays what it is. Only
 * what is paid for is `disk`: before that it is a matter of waiting, or of where the ledger is.
 */
export function ledgerTrouble(error: unknown, path: string, charged: Charged): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';

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
  // The driver reports a file that it cannot open without a code of SQLite's.
  if (UNUSABLE.test(code) || error.message.startsWith('ConnectionFailed')) {
    return new Failure(kindOf(charged), `The ledger ${path} cannot be used: ${error.message}.`, {
      hint: `Make ${dirname(path)} writable and make room there${charged === 'no' ? ', or let PIXTAB_HOME name another folder' : ''}.`,
      charged,
      cause: error,
    });
  }
  return error;
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
