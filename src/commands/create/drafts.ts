import { cellCount, gridName, sheetShape, type Grid } from '../../core/drafts/grid.ts';
import { sheetPrompt } from '../../core/drafts/prompt.ts';
import { usageFailure } from '../../core/errors.ts';
import type { QuotedOrder } from '../../core/order/route.ts';
import type { Want } from '../../core/order/order.ts';
import { format, priced } from '../../core/pricing/money.ts';
import type { BuyFlags } from './flags.ts';

/** Refuses what a sheet of drafts cannot be. */
export function checkDrafts({ out, resize, sizeExact, minPx }: Partial<BuyFlags>): void {
  if (out === '-') throw usageFailure('--drafts makes several files, and -o - writes one.');
  const flag = resize ? '--resize' : sizeExact ? '--size-exact' : minPx ? '--min-px' : null;
  if (flag === null) return;
  throw usageFailure(
    `A draft is as large as its cell of the sheet, so ${flag} has no place beside --drafts.`,
    'pixtab develop makes the one you choose large.',
  );
}

/** What is wanted, as one sheet in place of each picture; the aspect is that of a cell. */
export const asSheet = <W extends Pick<Want, 'prompt' | 'prompts' | 'size' | 'aspect' | 'needs'>>(
  want: W,
  grid: Grid,
) => ({
  ...want,
  prompt: sheetPrompt(want.prompt, grid),
  ...(want.prompts && { prompts: want.prompts.map((prompt) => sheetPrompt(prompt, grid)) }),
  size: want.size ?? '4K',
  ...sheetShape(grid, want.aspect),
  needs: [...want.needs, 'drafts' as const],
});

/** What is worth knowing about drafts before they are paid for. */
export function draftNotice({ order, quote }: QuotedOrder, grid: Grid): string {
  const { model, size, aspect, count } = order;
  const { width, height } = model.resolutions[size]?.pixels[aspect ?? '1:1'] ?? { width: 0, height: 0 };
  const cell = `${Math.floor(width / grid.columns)}x${Math.floor(height / grid.rows)}`;
  const each = priced(quote.expected, 1, count * cellCount(grid));
  return `A sheet of ${gridName(grid)} drafts, each of ${cell} or a little less, at ${format(each)} a draft.`;
}
