import { asFailure, Failure } from '../core/errors.ts';
import { withExtension } from '../core/files/filename.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { joined } from '../core/manifest/path.ts';
import { expectedPath } from '../core/manifest/picture.ts';
import { toDecimal, ZERO } from '../core/pricing/money.ts';
import type { SavedImage, SavePlan } from '../ports/index.ts';
import { recover } from '../purchase/recover.ts';
import { enter, keep, keeping } from './record.ts';
import { inside } from './paths.ts';
import { shown } from './project.ts';
import { regain } from './restore.ts';
import type { Known } from './plan.ts';
import type { Deed, Work } from './actions.ts';
import { NOTHING_APPLIED, type Applied, type ApplyWorld } from './types.ts';

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
    return { ...NOTHING_APPLIED, work, failure };
  }
  const cost = recovered.bill?.amount ?? receipt.bill?.amount ?? ZERO;
  const before = work.one.step.locked;
  const paid = { ...NOTHING_APPLIED, work, image: saved, bill: recovered.bill };
  try {
    const line = await enter(asItWas(work.one, save, world), saved, { model, cost }, before, world);
    return { ...paid, image: await moved(work, line, saved, world), failure: recovered.failure };
  } catch (error) {
    return { ...paid, failure: asFailure(error) };
  }
}

/** Its picture is on disk, and the lock does not know it. */
export async function adopt(
  work: Work,
  { receipt, image: found }: Deed & { kind: 'adopt' },
  world: ApplyWorld,
): Promise<Applied> {
  const { attemptId, model, save } = receipt.attempt;
  const { one } = work;
  const { locked } = one.step;
  const cost = receipt.bill?.amount ?? ZERO;
  const known = asItWas(one, save, world);
  const here = await broughtHere(known, found, world);
  // Who fetches a job keeps originals as they come.
  const isKept = receipt.attempt.lane === 'batch' && (await world.store.has(one.hash));
  if (save.format === null && !isKept) {
    const bytes = await world.places.pictureFiles.read(here.path);
    await keep(one.hash, { bytes, model, cost: toDecimal(cost), date: world.day }, world);
  }
  const before = locked?.path === world.places.inside(here.path) ? null : locked;
  const line = await enter(known, here, { model, cost }, before, world);
  const image = await moved(work, line, here, world);
  return { ...NOTHING_APPLIED, work, image, bill: world.bills.get(attemptId) ?? null };
}

/** A picture that was fetched to somewhere else gets a copy in the project. */
async function broughtHere(
  { picture }: Known,
  found: SavedImage,
  { project, places }: ApplyWorld,
): Promise<SavedImage> {
  const path = places.inside(found.path);
  if (path !== null) return { ...found, path: shown(project, path) };
  const bytes = await places.pictureFiles.read(found.path);
  const to = withExtension(shown(project, picture.out), found.mimeType);
  return { ...found, path: await places.pictureFiles.put(to, bytes, { replace: false }) };
}

async function moved(work: Work, line: Locked, image: SavedImage, world: ApplyWorld): Promise<SavedImage> {
  const { picture } = work.one;
  const isAsked = (['out', 'format', 'quality'] as const).every((name) => line[name] === picture[name]);
  const place = expectedPath(picture, image.mimeType);
  // It had to step aside for the file that it takes the place of.
  const isBeside = line.path !== place && (await world.places.inTheWay(place)) === null;
  return isAsked && !isBeside ? image : regain(work.one, world, { locked: line, source: 'file' });
}

/** The picture with the place and the format that the interrupted run had in mind. */
function asItWas(known: Known, { paths, cwd, format, quality }: SavePlan, world: ApplyWorld): Known {
  const [path = ''] = paths;
  const out = inside(world.project, world.cwd, joined(cwd, path)) ?? known.picture.out;
  return { ...known, picture: { ...known.picture, out, format, quality } };
}
