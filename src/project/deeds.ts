import { Failure, restated } from '../core/errors.ts';
import { ZERO } from '../core/money.ts';
import type { InputImage, Order } from '../core/order.ts';
import type { AttemptPlan } from '../ports.ts';
import { attempt } from '../purchase/attempt.ts';
import { planned } from '../purchase/planned.ts';
import type { Saver } from '../purchase/save.ts';
import { enter, keeping } from './acquired.ts';
import { adopt, finish } from './interrupted.ts';
import { shown } from './project.ts';
import { regain } from './regain.ts';
import type { Surveyed } from './survey.ts';
import type { Deed, Work } from './work.ts';
import { asFailure, savePlan, type Applied, type ApplyWorld } from './world.ts';

export function planFor({ one, deed }: Work, world: ApplyWorld): AttemptPlan | null {
  if (deed.kind !== 'buy') return null;
  const { order, quote } = deed.offer;
  const part = { ...order, prompt: one.picture.prompt, count: 1 };
  return planned(part, quote, {
    attemptId: deed.attemptId,
    runId: world.run.runId,
    save: savePlan(one, world),
  });
}

/** Never throws: what goes wrong with one picture is its own. */
export async function carryOut(
  work: Work,
  done: ReadonlyMap<string, Applied>,
  world: ApplyWorld,
): Promise<Applied> {
  const nothing = { work, image: null, result: null };
  try {
    const { deed } = work;
    if (deed.kind === 'refuse') return { ...nothing, failure: deed.why };
    if (deed.kind === 'buy') return await buy(work, deed, world);
    if (deed.kind === 'finish') return await finish(work, deed, world);
    if (deed.kind === 'adopt') return await adopt(work, deed, world);
    const twin = deed.kind === 'copy' ? done.get(deed.of) : undefined;
    if (twin?.failure) return { ...nothing, failure: restated(twin.failure, { charged: 'no' }) };
    return { ...nothing, image: await regain(work.one, world, work.one.step), failure: null };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  }
}

async function buy(work: Work, deed: Deed & { kind: 'buy' }, world: ApplyWorld): Promise<Applied> {
  const { one } = work;
  const plan = planFor(work, world);
  if (plan === null) throw new TypeError('only what is bought has a plan');
  let order: Order;
  try {
    order = { ...deed.offer.order, prompt: one.picture.prompt, inputs: await inputsOf(one, world) };
  } catch (error) {
    const failure = asFailure(error);
    await world.books.ledger.release(deed.attemptId, failure.message);
    return { work, image: null, result: null, failure };
  }
  const saver = (): Promise<Saver> => keeping(one.hash, world);
  const result = await attempt(order, deed.offer.quote, plan, { ...world, saver });
  const [image = null] = result.images;
  if (image === null) return { work, image, result, failure: result.failure };
  const cost = result.bill?.amount ?? ZERO;
  await enter(one, image, { model: order.model.id, cost }, one.step.locked, world);
  return { work, image, result, failure: result.failure };
}

/** Read late, so that few are in memory; what changed since the plan is not sent. */
async function inputsOf({ picture, asked }: Surveyed, world: ApplyWorld): Promise<readonly InputImage[]> {
  const { pictures, sha256 } = await world.saver();
  const inputs: InputImage[] = [];
  for (const [index, path] of picture.inputs.entries()) {
    const name = shown(world.project, path);
    const bytes = await world.places.shelf.read(name);
    if (sha256(bytes) !== asked.inputs[index])
      throw new Failure('usage', `${name} changed while pixtab was at work.`, { hint: 'Apply again.' });
    const info = await pictures.inspect(bytes);
    if (info === null) throw new Failure('usage', `${name} is no picture that can be read.`);
    inputs.push({ name, bytes, ...info });
  }
  return inputs;
}
