import { Failure } from '../core/errors.ts';
import { attemptAfter } from '../core/manifest/fingerprint.ts';
import { expectedPath } from '../core/manifest/picture.ts';
import type { Offer } from '../core/order/route.ts';
import type { Books, Receipt, StoredImage } from '../ports/index.ts';
import { pastOf, type OpenJobs } from './history.ts';
import type { Places } from './paths.ts';
import type { Surveyed } from './plan.ts';

/** What is done for one picture. Only `buy` is charged, and each of those is held before the first is sent. */
export type Deed =
  | { readonly kind: 'buy'; readonly attemptId: string; readonly offer: Offer; readonly target: string }
  /** A job that was made before may still bring it. */
  | { readonly kind: 'await'; readonly jobId: string }
  /** Paid before an interruption: the answer is in the journal. */
  | { readonly kind: 'finish'; readonly receipt: Receipt }
  /** Paid and saved before an interruption. */
  | { readonly kind: 'adopt'; readonly receipt: Receipt; readonly image: StoredImage }
  | { readonly kind: 'fetch' }
  | { readonly kind: 'replace' }
  /** As the picture of another key. */
  | { readonly kind: 'copy'; readonly of: string }
  | { readonly kind: 'refuse'; readonly why: Failure };

export interface Work {
  readonly one: Surveyed;
  readonly deed: Deed;
}

export interface WorkWorld {
  readonly books: Books;
  readonly places: Places;
  readonly jobs: OpenJobs;
  readonly isForced: (one: Surveyed) => boolean;
  /** Whether the store has a picture, at this moment. */
  readonly isKept: (hash: string) => Promise<boolean>;
  /** Whether the file of an earlier run is still as it was saved, under the path that it was saved as. */
  readonly isWhole: (image: StoredImage) => Promise<boolean>;
}

/** Looks at disk and ledger before anything is bought. */
export async function workFor(one: Surveyed, world: WorkWorld): Promise<Work> {
  return { one, deed: await deedFor(one, world) };
}

async function deedFor(one: Surveyed, world: WorkWorld): Promise<Deed> {
  const { step, deal, twin } = one;
  if (step.source === 'store')
    return (await strayed(one, world)) ?? (await obstacle(one, world)) ?? { kind: 'fetch' };
  if (step.source === 'file') return (await obstacle(one, world)) ?? { kind: 'replace' };
  if (twin !== null) return (await obstacle(one, world)) ?? { kind: 'copy', of: twin };
  if (deal === null) throw new TypeError(`${one.picture.key} is bought without an offer`);
  const past = await pastOf(one.hash, world.books, world.jobs, world.isForced(one));
  if (past.kind === 'barred') return { kind: 'refuse', why: past.why };
  if (past.kind === 'underWay') return { kind: 'await', jobId: past.jobId };
  if (past.kind === 'saved' && (await world.isWhole(past.image))) {
    return { kind: 'adopt', receipt: past.receipt, image: past.image };
  }
  // Another process may have put it into the store since the plan was made.
  if (past.kind === 'saved' && (await world.isKept(one.hash))) {
    return (await obstacle(one, world)) ?? { kind: 'fetch' };
  }
  if (past.kind === 'answered') return { kind: 'finish', receipt: past.receipt };
  const blocked = await obstacle(one, world);
  const attemptId = past.kind === 'free' ? past.attemptId : next(past.receipt.attempt.attemptId);
  const { order, quote } = deal.offer;
  const target = world.places.shownAt(targetOf(one));
  return blocked ?? { kind: 'buy', attemptId, offer: { order, quote }, target };
}

/** Fetched into another place than the one that it is to have: both would be there. */
async function strayed(one: Surveyed, world: WorkWorld): Promise<Deed | null> {
  if (one.step.locked?.hash === one.hash) return null;
  const past = await pastOf(one.hash, world.books, world.jobs);
  if (past.kind !== 'saved' || past.receipt.attempt.lane !== 'batch') return null;
  const { receipt, image } = past;
  const isPlaced = world.places.inside(image.path) === expectedPath(one.picture, image.mimeType);
  return !isPlaced && (await world.isWhole(image)) ? { kind: 'adopt', receipt, image } : null;
}

async function obstacle(one: Surveyed, { places }: WorkWorld): Promise<Deed | null> {
  const path = targetOf(one);
  if (path === one.step.locked?.path) return null;
  const what = await places.inTheWay(path);
  if (what === null) return null;
  const why = new Failure('usage', what, {
    hint: 'Move it away, or give the picture another place with out.',
  });
  return { kind: 'refuse', why };
}

/** From the project's folder, as far as it can be known. */
const targetOf = ({ picture, deal }: Surveyed): string =>
  expectedPath(picture, deal?.offer.order.model.output ?? 'image/jpeg');

function next(attemptId: string): string {
  const after = attemptAfter(attemptId);
  if (after === null) throw new TypeError(`${attemptId} is no attempt at a picture`);
  return after;
}

/** Whether it is bought in a job, and comes some day. */
export const isBatch = ({ deed }: Work): boolean => deed.kind === 'buy' && deed.offer.order.lane === 'batch';
