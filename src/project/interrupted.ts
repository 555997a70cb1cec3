import { Failure } from '../core/errors.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, ZERO } from '../core/money.ts';
import type { SavedImage, SavePlan } from '../ports.ts';
import { recover } from '../purchase/recover.ts';
import { enter, keep, keeping } from './acquired.ts';
import { within } from './place.ts';
import { regain } from './regain.ts';
import type { Known } from './survey.ts';
import type { Deed, Work } from './work.ts';
import { type Applied, type ApplyWorld } from './world.ts';

// What an interrupted run paid for is first put where that run wanted it, then where it is wanted now.

/** The answer came, and waits in the journal. */
export async function finish(
  work: Work,
  { receipt }: Deed & { kind: 'finish' },
  world: ApplyWorld,
): Promise<Applied> {
  const { attemptId, model, save } = receipt.attempt;
  const recovered = await recover(attemptId, {
    books: world.books,
    api: world.api,
    saver: await keeping(work.one.hash, world),
    planFor: () => save,
  });
  const [saved] = recovered.images;
  if (saved === undefined) {
    const failure =
      recovered.failure ?? new Failure('unavailable', 'Another process is at it.', { hint: 'Apply again.' });
    return { work, image: null, result: null, failure };
  }
  const cost = recovered.bill?.amount ?? receipt.bill?.amount ?? ZERO;
  const before = work.one.step.locked;
  const line = await enter(asItWas(work.one, save, world), saved, { model, cost }, before, world);
  const image = await moved(work, line, saved, world);
  return { work, image, result: null, failure: recovered.failure };
}

/** Its picture is on disk, and the lock does not know it. */
export async function adopt(
  work: Work,
  { receipt, image: found }: Deed & { kind: 'adopt' },
  world: ApplyWorld,
): Promise<Applied> {
  const { model, save } = receipt.attempt;
  const { locked } = work.one.step;
  const cost = receipt.bill?.amount ?? ZERO;
  if (save.format === null) {
    const bytes = await world.places.shelf.read(found.path);
    await keep(work.one.hash, { bytes, model, cost: toDecimal(cost), date: world.day }, world);
  }
  const before = locked?.path === within(world.project, found.path) ? null : locked;
  const line = await enter(asItWas(work.one, save, world), found, { model, cost }, before, world);
  return { work, image: await moved(work, line, found, world), result: null, failure: null };
}

async function moved(work: Work, line: Locked, image: SavedImage, world: ApplyWorld): Promise<SavedImage> {
  const { picture } = work.one;
  const isThere = (['out', 'format', 'quality'] as const).every((name) => line[name] === picture[name]);
  return isThere ? image : regain(work.one, world, { locked: line, source: 'file' });
}

/** The picture with the place and the format that the interrupted run had in mind. */
function asItWas(known: Known, { paths, format, quality }: SavePlan, { project }: ApplyWorld): Known {
  const [path = ''] = paths;
  return { ...known, picture: { ...known.picture, out: within(project, path), format, quality } };
}
