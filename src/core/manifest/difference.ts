import { changesIn, type Asked } from './fingerprint.ts';

/** One picture that a project asks for, here or there. */
export interface Side {
  readonly hash: string;
  readonly asked: Asked;
}

export interface Difference {
  readonly action: 'create' | 'change' | 'keep';
  readonly why: readonly string[];
}

/** What a picture is to a project that asked for `before`. */
export function differenceOf(before: Side | undefined, after: Side): Difference {
  if (before === undefined) return { action: 'create', why: [] };
  if (before.hash === after.hash) return { action: 'keep', why: [] };
  return { action: 'change', why: changesIn(before.asked, after.asked) };
}
