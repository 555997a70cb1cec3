import { Failure } from '../core/errors.ts';
import { attemptAfter } from '../core/manifest/fingerprint.ts';
import type { Picture } from '../core/manifest/picture.ts';
import type { Lane } from '../core/catalogue/model.ts';
import type { InputImage } from '../core/order/order.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { AllowedTries } from '../core/policy/next-try.ts';
import { ZERO } from '../core/pricing/money.ts';
import type { Seller } from '../core/providers/sold-by.ts';
import type { PurchaseRequest } from '../purchase/request.ts';
import type { Action, PictureTask } from './actions.ts';
import type { PlannedPicture } from './plan.ts';
import { shown } from './project.ts';
import { enter, keeper } from './record.ts';
import { savePlan, type ProjectContext } from './types.ts';

/** How the pictures of a project are bought. */
export interface BuyingRules {
  /** The same picture from another model; Failure says why not. */
  readonly offerOf: (picture: Picture, model: string, lane: Lane) => QuotedOrder;
  readonly tries: Omit<AllowedTries, 'fallback'>;
  readonly further: readonly Seller[];
  /** Repeats of a refusal must fit into the price that was said, because the user allowed no more. */
  readonly keepsToPrice: boolean;
}

/** Asks for one picture. The number in an attempt's id keeps two processes from buying the same picture. */
export function requestFor(
  { planned }: PictureTask,
  { attemptId, offer, target }: Action & { kind: 'buy' },
  rules: BuyingRules,
  context: ProjectContext,
  prove: (path: string) => Promise<void>,
): PurchaseRequest {
  const { picture, hash, change } = planned;
  const { lane } = offer.order;
  return {
    // The offer was priced for a prompt of the same length.
    offer: { ...offer, order: { ...offer.order, prompt: picture.prompt, count: 1 } },
    name: picture.key,
    why: 'first',
    tries: { ...rules.tries, fallback: planned.quoted?.fallback ?? [] },
    further: rules.further,
    keepsToPrice: rules.keepsToPrice,
    offerOf: (model) => rules.offerOf(picture, model, lane),
    async placeFor() {
      await prove(target);
      return savePlan(planned, context);
    },
    attemptId: (before) => (before === null ? attemptId : (attemptAfter(before) ?? attemptId)),
    complete: async (order) => ({ ...order, inputs: await inputsOf(planned, context) }),
    onPicture: keeper(hash, context),
    async onSaved({ plan, bill, images: [image] }) {
      const cost = bill?.amount ?? ZERO;
      if (image) await enter(planned, image, { model: plan.model, cost }, change.locked, context);
    },
  };
}

/** Reads the input images when they are sent, so that few are in memory. A file that changed since the plan is refused. */
async function inputsOf(
  { picture, asked }: PlannedPicture,
  context: ProjectContext,
): Promise<readonly InputImage[]> {
  const { sha256 } = context.session.deps;
  const source = await context.inputs();
  const inputs: InputImage[] = [];
  for (const [index, path] of picture.inputs.entries()) {
    const name = shown(context.project, path);
    const bytes = await context.files.pictureFiles.read(name);
    if (sha256(bytes) !== asked.inputs[index])
      throw new Failure('usage', `${name} changed while pixtab was at work.`, { hint: 'Apply again.' });
    inputs.push((await source.load(name)).image);
  }
  return inputs;
}
