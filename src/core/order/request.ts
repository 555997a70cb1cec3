import { nearestAspect } from './aspect.ts';
import { sizesOf } from '../catalogue/catalogue.ts';
import { LANES } from '../catalogue/model.ts';
import type { Ability, Aspect, Model, Pixels, Size } from '../catalogue/model.ts';
import { usageFailure } from '../errors.ts';
import type { Order, Want } from './order.ts';
import { planExact } from './resize.ts';
import { counted } from '../text/text.ts';
import { promptTokens } from '../pricing/tokens.ts';

const MOST_PICTURES = 100;

const ABILITY: Record<Ability, string> = {
  edit: 'change images',
  commentary: 'say anything beside the picture',
  search: 'search the web',
  chat: 'go on from an earlier picture',
  png: 'deliver PNG',
  drafts: 'draw a sheet of drafts',
};

/** Checks what is wanted against one model. What it cannot do fails with what it can. */
export function orderFor(model: Model, want: Want): Order {
  checkWant(want);
  checkAbilities(model, want);
  checkInputs(model, want);
  checkLane(model, want);
  checkThinking(model, want);
  checkPrompt(model, want);
  const { size, aspect } = want.exact ? exactly(model, want, want.exact) : shapeFor(model, want);
  return {
    model,
    prompt: want.prompt,
    ...(want.prompts && { prompts: want.prompts }),
    inputs: want.inputs,
    ...(want.history && { history: want.history }),
    count: want.count,
    size,
    aspect,
    lane: want.lane,
    thinking: want.thinking ?? model.thinkingDefault,
    ...(want.needs.includes('search') ? { search: true } : {}),
  };
}

/** Refuses what no model can do. */
export function checkWant({ prompt, count, most = MOST_PICTURES }: Want): void {
  if (prompt.trim() === '') throw usageFailure('The prompt is empty.', 'Say what the picture shows.');
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw usageFailure(`--count takes a whole number from 1 to ${most}, not ${count}.`);
  }
}

function checkAbilities({ name, abilities }: Model, { needs }: Want): void {
  const missing = needs.find((ability) => !abilities.includes(ability));
  if (missing) throw usageFailure(`${name} cannot ${ABILITY[missing]}.`);
}

function checkInputs({ name, inputs: { maxImages } }: Model, { inputs, history = [] }: Want): void {
  const earlier = history.reduce((count, turn) => count + turn.inputs.length + turn.pictures, 0);
  if (inputs.length + earlier <= maxImages) return;
  if (earlier > 0) {
    throw usageFailure(
      `${name} takes up to ${counted(maxImages, 'input image')}, and with the earlier turns these are ${inputs.length + earlier}.`,
      'Begin again from the last picture.',
    );
  }
  throw usageFailure(
    maxImages === 0
      ? `${name} takes no input images.`
      : `${name} takes up to ${counted(maxImages, 'input image')}, not ${inputs.length}.`,
  );
}

function checkLane({ name, rates }: Model, { lane }: Want): void {
  if (rates.some((rate) => rate.lane === lane)) return;
  const lanes = LANES.filter((known) => rates.some((rate) => rate.lane === known));
  throw usageFailure(`${name} has no known price in lane ${lane}; it has one in ${lanes.join(', ')}.`);
}

function checkThinking({ name, thinkingLevels }: Model, { thinking }: Want): void {
  if (thinking === null || thinkingLevels.includes(thinking)) return;
  throw usageFailure(
    thinkingLevels.length === 0
      ? `How much ${name} thinks cannot be chosen.`
      : `${name} thinks at level ${thinkingLevels.join(', ')}, not ${thinking}.`,
  );
}

function checkPrompt(model: Model, { prompt, prompts = [prompt] }: Want): void {
  for (const one of prompts) checkLength(model, one);
}

function checkLength({ name, inputs: { maxPromptTokens } }: Model, prompt: string): void {
  // Never more tokens are expected than there are characters, so most prompts need no counting.
  if (prompt.length <= maxPromptTokens) return;
  const { expected } = promptTokens(prompt);
  if (expected <= maxPromptTokens) return;
  throw usageFailure(
    `The prompt is about ${expected} tokens long; ${name} takes up to ${maxPromptTokens}.`,
    'Shorten the prompt.',
  );
}

function shapeFor(model: Model, want: Want): Pick<Order, 'size' | 'aspect'> {
  const size = sizeFor(model, want);
  return { size, aspect: aspectFor(model, size, want) };
}

/** The size and the aspect that an exact size is cropped out of. */
function exactly(model: Model, want: Want, target: Pixels): Pick<Order, 'size' | 'aspect'> {
  // Says what is wrong with a size or an aspect that the model lacks.
  shapeFor(model, want);
  const plan = planExact(model, target, want);
  if (plan) return { size: plan.size, aspect: plan.aspect };
  const asked = [want.size, want.aspect].filter((word) => word !== null).join(' ');
  const { width, height } = target;
  throw usageFailure(
    `${model.name} makes nothing large enough${asked === '' ? '' : ` with ${asked}`} for ${width}x${height}.`,
  );
}

/** The size that was asked for, else the smallest that is large enough, else 1K. */
function sizeFor(model: Model, { size, aspect, like, minPixels }: Want): Size {
  const sizes = sizesOf(model);
  if (size !== null && !sizes.includes(size)) {
    throw usageFailure(`${model.name} makes ${sizes.join(', ')}, not ${size}.`);
  }
  const candidates = size === null ? sizes : [size];
  if (minPixels) {
    const isLargeEnough = (candidate: Size): boolean => {
      const offered = model.resolutions[candidate]?.pixels;
      const shape = aspect ?? (like && offered ? nearestAspect(offered, like) : null);
      const pixels = offered?.[shape ?? '1:1'];
      return pixels !== undefined && pixels.width >= minPixels.width && pixels.height >= minPixels.height;
    };
    const found = candidates.find(isLargeEnough);
    if (found) return found;
    throw usageFailure(
      `${model.name} makes nothing as large as ${minPixels.width}x${minPixels.height}${aspect === null ? '' : ` at ${aspect}`}.`,
    );
  }
  const first = candidates.includes('1K') ? '1K' : candidates[0];
  if (first === undefined) throw usageFailure(`${model.name} has no size.`);
  return first;
}

/** The aspect that was asked for, or the nearest to a picture's; null leaves it to the model. */
function aspectFor({ name, resolutions }: Model, size: Size, { aspect, like }: Want): Aspect | null {
  const offered = resolutions[size]?.pixels ?? {};
  if (aspect === null) return like ? nearestAspect(offered, like) : null;
  const aspects = Object.keys(offered);
  if (aspects.includes(aspect)) return aspect;
  throw usageFailure(`${name} makes ${aspects.join(' ')}, not ${aspect}.`);
}
