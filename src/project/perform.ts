import { asFailure, restated } from '../core/errors.ts';
import { adopt, finish } from './recover.ts';
import { buy } from './purchase.ts';
import { regain } from './restore.ts';
import type { Work } from './actions.ts';
import { NOTHING_APPLIED, type Applied, type ApplyWorld } from './types.ts';

/** Never throws: what goes wrong with one picture is its own. */
export async function carryOut(
  work: Work,
  done: ReadonlyMap<string, Applied>,
  world: ApplyWorld,
): Promise<Applied> {
  const nothing = { ...NOTHING_APPLIED, work };
  try {
    const { deed } = work;
    if (deed.kind === 'refuse') return { ...nothing, failure: deed.why };
    if (deed.kind === 'buy') return await buy(work, deed, world);
    if (deed.kind === 'finish') return await finish(work, deed, world);
    if (deed.kind === 'adopt') return await adopt(work, deed, world);
    const twin = deed.kind === 'copy' ? done.get(deed.of) : undefined;
    if (twin?.failure) return { ...nothing, failure: restated(twin.failure, { charged: 'no' }) };
    if (twin?.jobId) return { ...nothing, jobId: twin.jobId };
    return { ...nothing, image: await regain(work.one, world, work.one.step) };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}
