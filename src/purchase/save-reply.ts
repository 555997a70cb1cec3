import { asFailure, Failure } from '../core/errors.ts';
import { beside } from '../core/files/filename.ts';
import { differences } from '../core/order/differences.ts';
import { isUnread, UNREAD, type Refusal, type Reply, type ReplyImage } from '../core/order/reply.ts';
import { counted, excerpt } from '../core/text/text.ts';
import type { AttemptPlan, Books, ImageInfo, SavedImage } from '../ports/index.ts';
import { uncut } from './cut-sheet.ts';
import { save, Undecodable } from './save.ts';
import type { AttemptResult, Paid, Saver } from './types.ts';

export interface SavedReply extends Pick<AttemptResult, 'images' | 'extras' | 'refusals' | 'failure'> {
  /** In what the answer differs from what was asked for: sentences. */
  readonly differences: readonly string[];
  /** What was read of the answer is on disk. */
  readonly saved: boolean;
  /** And nothing of it is left that was not understood, so the raw answer may go. */
  readonly complete: boolean;
}

/** Puts every picture of a reply on disk, or says why it could not. Never throws. */
export async function saveReply(reply: Reply, paid: Paid, saver: () => Promise<Saver>): Promise<SavedReply> {
  const images: SavedImage[] = [];
  const extras: SavedImage[] = [];
  const refusals = [...reply.refusals];
  const came: ImageInfo[] = [];
  let different: readonly string[] = [];
  const { plan } = paid;
  const { paths } = plan.save;
  const first = paths[0] ?? 'image';
  /** A picture that does not decode takes none of the others with it. */
  async function put(into: SavedImage[], image: ReplyImage, path: string, by: Saver): Promise<void> {
    try {
      into.push(await save(image, path, plan.save, by, paid, (received) => came.push(received)));
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      refusals.push({ reason: UNREAD.picture, message: UNDECODABLE });
    }
  }
  try {
    const by = await saver();
    for (const [index, image] of reply.images.entries()) {
      await put(images, image, paths[index] ?? beside(first, `extra-${index + 1}`), by);
    }
    for (const [index, image] of reply.extras.entries()) {
      if (first !== '-') await put(extras, image, beside(first, `draft-${index + 1}`), by);
    }
    const { modelVersion, usage } = reply;
    const lane = usage?.lane ?? null;
    different = differences(plan, { modelVersion, lane, pictures: came });
    for (const sentence of different) by.remark(sentence);
  } catch (error) {
    const failure = asFailure(error, 'disk');
    return { images, extras, refusals, differences: different, failure, saved: false, complete: false };
  }
  const unread = refusals.filter(isUnread);
  const isShort = images.length < plan.images;
  const failure =
    unread.length > 0
      ? notUnderstood(plan, images.length, unread)
      : isShort
        ? refused(plan.images, images.length, refusals, reply.text)
        : uncut(images);
  const complete = unread.length === 0;
  const saved = complete || images.length > 0;
  return { images, extras, refusals, differences: different, failure, saved, complete };
}

/** Lets go of the raw answer of a finished attempt, or keeps it where that was asked for; resolves to its path then. */
export async function releaseAnswer(
  { attemptId, save }: Pick<AttemptPlan, 'attemptId' | 'save'>,
  journal: Books['journal'],
): Promise<string | null> {
  if (save.keepRaw === true) return journal.setAside(attemptId);
  await journal.remove(attemptId);
  return null;
}

/** What is left of an answer is for whoever comes next. Where the ledger cannot be told, it is once this process has ended. */
export async function handOver(
  { attemptId }: Pick<AttemptPlan, 'attemptId'>,
  { ledger }: Books,
): Promise<void> {
  await ledger.handOver(attemptId).catch(() => undefined);
}

const UNDECODABLE = 'a picture that came back does not decode';

/** The answer may be read by somebody, or by a later release, so it waits until one of them has decided. */
function notUnderstood(
  { attemptId, images: asked }: Pick<AttemptPlan, 'attemptId' | 'images'>,
  came: number,
  [first]: readonly Refusal[],
): Failure {
  const holds =
    came >= asked
      ? 'The picture is there, and the answer holds more that is not understood'
      : `The answer holds ${came > 0 ? `${came} of ${counted(asked, 'image')}` : 'no image'} that could be read`;
  const why = [first?.reason, excerpt(first?.message ?? '', 400)].filter(Boolean).join(': ');
  return new Failure('unread', `${holds} (${why}). It is paid for, and the raw answer is kept.`, {
    hint: `A later pixtab may read it: pixtab recover. ${discardHint(attemptId)}`,
  });
}

export const discardHint = (attemptId: string): string =>
  `To hear no more of it: pixtab recover --discard ${attemptId}`;

function refused(asked: number, came: number, refusals: readonly Refusal[], text: string | null): Failure {
  const [first] = refusals;
  const said = first?.message || text;
  const what = came > 0 ? `${came} of ${counted(asked, 'image')}` : 'no image';
  const reason = first ? ` (${first.reason})` : '';
  return new Failure(
    'refused',
    `The answer holds ${what}${reason}${said ? `: ${excerpt(said, 400)}` : '.'}`,
    { charged: 'yes' },
  );
}
