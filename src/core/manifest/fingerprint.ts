import { findModel, isAuto, MODELS } from '../catalogue/catalogue.ts';
import {
  COMMENTARY_ONCE,
  type Ability,
  type Aspect,
  type Model,
  type Size,
  type ThinkingLevel,
} from '../catalogue/model.ts';
import { Failure } from '../errors.ts';
import type { Order } from '../order/order.ts';
import { attempt } from '../order/route.ts';
import type { Picture } from './picture.ts';

/** Everything that determines a picture, and nothing else: where it goes and how it is bought do not. */
export interface Asked {
  /** An id, or auto: that a cheaper model appears is no reason to buy a picture again. */
  readonly model: string;
  readonly size: Size;
  readonly aspect: Aspect | null;
  readonly thinking: ThinkingLevel | null;
  /** Sorted; commentary under the name that it had when the first locks were written. */
  readonly needs: readonly string[];
  /** SHA-256 of the prompt and of the bytes of each input. */
  readonly prompt: string;
  readonly inputs: readonly string[];
  /** Tells pictures of one entry apart. */
  readonly n: number;
}

/** What a model makes when no size is asked for: to ask for it is no change. */
const USUAL_SIZE: Size = '1K';

/** Failure `usage` when the model is not known. */
export function askedOf(
  picture: Picture,
  prompt: string,
  inputs: readonly string[],
  models: readonly Model[] = MODELS,
): Asked {
  const model = isAuto(picture.model) ? null : named(picture.model, models);
  const { thinking } = picture;
  return {
    model: model === null ? 'auto' : model.id,
    size: picture.size ?? USUAL_SIZE,
    aspect: picture.aspect,
    thinking: thinking === model?.thinkingDefault ? null : thinking,
    needs: needed(picture.needs),
    prompt,
    inputs,
    n: picture.n,
  };
}

/** One picture of an order, known as a manifest that names its model, size and aspect would know it. */
export function askedIn(
  { model, size, aspect, thinking }: Pick<Order, 'model' | 'size' | 'aspect' | 'thinking'>,
  { needs, ...rest }: Pick<Asked, 'prompt' | 'inputs' | 'n'> & { readonly needs: readonly Ability[] },
): Asked {
  return {
    model: model.id,
    size,
    aspect,
    thinking: thinking === model.thinkingDefault ? null : thinking,
    ...rest,
    needs: needed(needs),
  };
}

/** A model that ended before the catalogue began is known by its name alone: the picture cannot be bought, and has its place. */
function named(name: string, models: readonly Model[]): Pick<Model, 'id'> & Partial<Model> {
  const found = attempt(() => findModel(name, models));
  if (!(found instanceof Failure)) return found;
  if (found.kind !== 'unavailable-model') throw found;
  return { id: name.trim().toLowerCase() };
}

const needed = (needs: readonly Ability[]): readonly string[] =>
  [...new Set(needs)].map((need) => (need === 'commentary' ? COMMENTARY_ONCE : need)).toSorted();

/** The text whose SHA-256 is a picture's hash. It never changes: locks and stores hold hashes of it. */
export function canonical(asked: Asked): string {
  const { model, size, aspect, thinking, needs, prompt, inputs, n } = asked;
  return JSON.stringify(['pixtab.picture/1', model, size, aspect, thinking, needs, prompt, inputs, n]);
}

/** Digits of a SHA-256 that a lock keeps to tell what changed. */
const SHORT = 16;

export const shortened = (asked: Asked): Asked => ({
  ...asked,
  prompt: asked.prompt.slice(0, SHORT),
  inputs: asked.inputs.map((sha256) => sha256.slice(0, SHORT)),
});

/** What differs, by the names that a manifest has for it. `before` may be shortened. */
export function changesIn(before: Asked, after: Asked): readonly string[] {
  const now = shortened(after);
  const then = shortened(before);
  return (['model', 'prompt', 'size', 'aspect', 'thinking', 'needs', 'inputs', 'n'] as const).filter(
    (name) => JSON.stringify(then[name]) !== JSON.stringify(now[name]),
  );
}

/** One picture that a project asks for, here or there. */
export interface Side {
  readonly hash: string;
  readonly asked: Asked;
}

export interface Difference {
  readonly action: 'create' | 'change' | 'keep';
  readonly why: readonly string[];
}

/** How a picture differs from the one that a project asked for before. */
export function differenceOf(before: Side | undefined, after: Side): Difference {
  if (before === undefined) return { action: 'create', why: [] };
  if (before.hash === after.hash) return { action: 'keep', why: [] };
  return { action: 'change', why: changesIn(before.asked, after.asked) };
}

/** Attempts at a picture are numbered, so that the ledger refuses to hold the same one for two processes. */
export const attemptIdOf = (hash: string, number: number): string => `${hash}-${number}`;

const ATTEMPT = /^([0-9a-f]{64})-(\d+)$/;

/** The picture that an attempt is at; null when it is at none of a project. */
export const hashIn = (attemptId: string): string | null => ATTEMPT.exec(attemptId)?.[1] ?? null;

/** The attempt after this one; null when its kind has no numbers. */
export function attemptAfter(attemptId: string): string | null {
  const [, hash, number] = ATTEMPT.exec(attemptId) ?? [];
  return hash === undefined ? null : attemptIdOf(hash, Number(number) + 1);
}
