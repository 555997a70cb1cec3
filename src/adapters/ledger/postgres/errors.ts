import { Failure, type Charged } from '../../../core/errors.ts';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html, checked 2026-11-27. */
/** Also a server that only reads, as one does that is about to stand in for another. */
const GONE = /^(08|57P0[1-5]|25P03|25006|53300)/;
const READ_ONLY = /^25006$/;
const CROWDED = /^53300$/;
const REFUSED = /^(28|3D000|42501|3F000)/;
const LOCKED = /^55P03$/;
/** Full, given up, cancelled, or at odds with its disk for the moment. */
const STOPPED = /^(40|53|54|57014|58)/;
/** The server says that its own files are not in order. */
const DAMAGED = /^XX/;

/** What the network says where no server does. */
const NETWORK = /^E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND|NOENT|ACCES|ADDR)/;
const DRIVER =
  /connection (terminated|error|timeout)|not queryable|query read timeout|timeout expired|stream was destroyed|ended unexpectedly/i;

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether the session is over, or never began, by the fault of nobody who asked. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  if (GONE.test(code) || NETWORK.test(code)) return true;
  return code === '' && error instanceof Error && DRIVER.test(messageOf(error));
}

/** Whether the server has room for no more connections. */
export const isCrowded = (error: unknown): boolean => CROWDED.test(codeOf(error));

/** Whether the server only reads, as a standby does. */
export const isReadOnly = (error: unknown): boolean => READ_ONLY.test(codeOf(error));

/** Whether another writer had its turn for longer than this one waited. */
export const isLocked = (error: unknown): boolean => LOCKED.test(codeOf(error));

/** Whether the server does not let anybody in with what it was given. */
export const isRefused = (error: unknown): boolean =>
  REFUSED.test(codeOf(error)) ||
  (error instanceof Error && /password must be a string|certificate/i.test(error.message));

/** `shown` is the address of the ledger without its password. */
export function postgresTrouble(error: unknown, shown: string, charged: Charged): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const why = messageOf(error);
  if (isRefused(error)) {
    return new Failure(charged === 'no' ? 'usage' : 'disk', `The ledger ${shown} cannot be used: ${why}.`, {
      hint: 'Check user and database in PIXTAB_LEDGER, and the password in it, in PGPASSWORD or in .pgpass.',
      charged,
      cause: error,
    });
  }
  if (DAMAGED.test(codeOf(error))) {
    return new Failure(
      charged === 'no' ? 'usage' : 'disk',
      `The ledger ${shown} is damaged at the server: ${why}.`,
      { hint: 'Its log says more; bring the database back from a backup.', charged, cause: error },
    );
  }
  const trouble = stateOf(error);
  if (trouble === null) return error;
  const unpaid = isReadOnly(error)
    ? 'Nothing was sent. That may be a standby: PIXTAB_LEDGER names the server that is written to.'
    : 'Nothing was sent; try again when the server answers.';
  return new Failure(charged === 'no' ? 'unavailable' : 'disk', `The ledger ${shown} ${trouble}: ${why}.`, {
    hint: charged === 'no' ? unpaid : 'What is paid for is kept here until the server answers.',
    charged,
    cause: error,
  });
}

/** What is the matter with a server that will be back; null where it is not that. */
function stateOf(error: Error): string | null {
  if (isReadOnly(error)) return 'takes no writes';
  if (isGone(error)) return 'cannot be reached';
  if (isLocked(error)) return 'is busy';
  return STOPPED.test(codeOf(error)) ? 'cannot be written' : null;
}

/** Without its full stop. Several addresses of one name fail together, and without a message. */
function messageOf(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : [];
  const message = error.message || (first instanceof Error ? first.message : codeOf(error));
  return message.replace(/\.$/, '');
}

export const tooNew = (shown: string): Failure =>
  new Failure('usage', `The ledger ${shown} was written by a newer pixtab.`, {
    hint: 'Update pixtab.',
    charged: 'no',
  });
