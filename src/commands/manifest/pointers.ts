import { Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';

const MOST_NAMED = 3;

/** Pictures that git LFS keeps, and has not brought yet: a checkout without LFS has pointers in their places. */
export function pointersSentence(paths: readonly string[]): string {
  const names = paths.slice(0, MOST_NAMED).map(printable).join(', ');
  const more = paths.length > MOST_NAMED ? ', …' : '';
  return `${counted(paths.length, 'picture')} bought already, and here only as Git LFS pointers: ${names}${more}.`;
}

export const PULL = 'git lfs pull brings them; in a GitHub workflow, actions/checkout with lfs: true.';

/** They are not on disk: exit 0 would say so. */
export const unfetched = (paths: readonly string[]): readonly Failure[] =>
  paths.length === 0 ? [] : [new Failure('pending', pointersSentence(paths), { hint: PULL, charged: 'no' })];
