import { Failure, restated } from '../core/errors.ts';
import { attemptIdOf } from '../core/manifest/fingerprint.ts';
import { isOpen } from '../core/policy/attempt-state.ts';
import type { Books, Receipt, StoredImage } from '../ports/index.ts';

/** What became of earlier attempts at a picture, and so what may be done now. */
export type History =
  /** Nothing was charged for it, or it was and the file is gone: it can be bought. */
  | { readonly kind: 'free'; readonly attemptId: string }
  /** A paid answer waits in the journal. */
  | { readonly kind: 'answered'; readonly receipt: Receipt }
  /** A job of the batch lane may still bring it. */
  | { readonly kind: 'underWay'; readonly receipt: Receipt; readonly jobId: string }
  /** It is on disk, but an interrupted run never wrote the lock. */
  | { readonly kind: 'saved'; readonly receipt: Receipt; readonly image: StoredImage }
  /** To send it again could charge it again. */
  | { readonly kind: 'barred'; readonly why: Failure; readonly attemptId: string };

/** Jobs by the attempts that are in them, while they are not done. */
export type OpenJobs = ReadonlyMap<string, string>;

export async function openJobs({ ledger }: Pick<Books, 'ledger'>): Promise<OpenJobs> {
  return new Map((await ledger.jobs.underWay()).map(({ attemptId, jobId }) => [attemptId, jobId]));
}

/** Asks the ledger for a picture's past. `again` buys it whatever was, unless it is just being bought. */
export async function historyOf(
  hash: string,
  { ledger, journal }: Books,
  jobs: OpenJobs,
  again = false,
): Promise<History> {
  let last: Receipt | null = null;
  let number = 1;
  for (; ; number += 1) {
    const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptIdOf(hash, number) });
    if (receipt === undefined) break;
    last = receipt;
  }
  const free: History = { kind: 'free', attemptId: attemptIdOf(hash, number) };
  if (last === null || last.state === 'released') return free;
  const { state, images } = last;
  const { attemptId } = last.attempt;
  const jobId = jobs.get(attemptId);
  if (jobId !== undefined && isOpen(state)) return { kind: 'underWay', receipt: last, jobId };
  const isQueued = last.run.command === 'queue';
  const queued = barred(attemptId, 'unavailable', QUEUED, 'pixtab work buys it; apply again then.');
  // Also where the worker that had taken it is dead: the next one gives it back to the queue, and buys it.
  if (isQueued && state === 'held') return queued;
  const isAbandoned = (await ledger.abandoned([attemptId])).length > 0;
  if ((state === 'held' || state === 'sent') && !isAbandoned)
    return isQueued ? queued : barred(attemptId, 'unavailable', BUSY);
  if (again) return free;
  if (state === 'held') return free;
  const isKept = (await journal.ids()).includes(attemptId);
  if (isKept && state !== 'saved') return { kind: 'answered', receipt: last };
  if (state === 'saved') {
    const [image] = images;
    return image === undefined
      ? barred(attemptId, 'refused', REFUSED)
      : { kind: 'saved', receipt: last, image };
  }
  const why =
    state === 'settled' ? barred(attemptId, 'disk', LOST) : barred(attemptId, 'unconfirmed', UNKNOWN);
  return last.elsewhere === null ? why : keptElsewhere(why, last.elsewhere);
}

const BUSY = 'Another process is just buying it.';
const QUEUED = 'It is in the queue.';
const REFUSED = 'It was asked for before, and the answer held no image; to ask again is charged again.';
export const LOST = 'It was paid for, and neither its picture nor the answer is there any more.';
const UNKNOWN = 'It was asked for before, and no answer came: it may have been charged.';

/** Its answer may be in the journal of the machine that it was asked for from. */
export const askedElsewhere = (host: string): string =>
  `It was asked for on ${host}, and its answer may be kept there.`;

function keptElsewhere({ why, ...barred }: Barred, host: string): History {
  const message = askedElsewhere(host);
  return {
    ...barred,
    why: restated(why, { message, hint: `Run pixtab recover on ${host}. ${why.hint ?? ''}` }),
  };
}

type Barred = Extract<History, { readonly kind: 'barred' }>;

function barred(
  attemptId: string,
  kind: Failure['kind'],
  why: string,
  hint = kind === 'unavailable'
    ? 'Wait for that to end, then apply again.'
    : 'To buy it all the same: --force with its id.',
): Barred {
  return { kind: 'barred', attemptId, why: new Failure(kind, why, { hint, charged: 'no' }) };
}
