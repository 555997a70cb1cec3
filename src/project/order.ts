import { Failure } from '../core/errors.ts';
import type { InputImage, Order } from '../core/order/order.ts';
import type { Offer } from '../core/order/route.ts';
import type { AttemptPlan } from '../ports/index.ts';
import { planned } from '../purchase/planned.ts';
import { shown } from './project.ts';
import type { Surveyed } from './plan.ts';
import type { Work } from './actions.ts';
import { savePlan, type ApplyWorld } from './types.ts';

export function planFor({ one, deed }: Work, world: ApplyWorld): AttemptPlan | null {
  return deed.kind === 'buy' ? attemptPlan(one, deed.attemptId, deed.offer, world) : null;
}

export function attemptPlan(
  one: Surveyed,
  attemptId: string,
  { order, quote }: Offer,
  world: ApplyWorld,
): AttemptPlan {
  const part = { ...order, prompt: one.picture.prompt, count: 1 };
  return planned(part, quote, { attemptId, runId: world.run.runId, save: savePlan(one, world) });
}

/** What is sent: with the words of its picture, and what goes along with them. */
export async function ordered(one: Surveyed, { order }: Offer, world: ApplyWorld): Promise<Order> {
  return { ...order, prompt: one.picture.prompt, inputs: await inputsOf(one, world) };
}

/** Read late, so that few are in memory; what changed since the plan is not sent. */
async function inputsOf({ picture, asked }: Surveyed, world: ApplyWorld): Promise<readonly InputImage[]> {
  const { pictures, sha256 } = await world.saver();
  const inputs: InputImage[] = [];
  for (const [index, path] of picture.inputs.entries()) {
    const name = shown(world.project, path);
    const bytes = await world.places.pictureFiles.read(name);
    if (sha256(bytes) !== asked.inputs[index])
      throw new Failure('usage', `${name} changed while pixtab was at work.`, { hint: 'Apply again.' });
    const info = await pictures.inspect(bytes);
    if (info === null) throw new Failure('usage', `${name} is no picture that can be read.`);
    inputs.push({ name, bytes, ...info });
  }
  return inputs;
}
