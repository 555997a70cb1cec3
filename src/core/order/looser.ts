import { SIZES } from '../catalogue/model.ts';
import { FOURTEEN_ASPECTS } from '../catalogue/pixels.ts';
import { format } from '../pricing/money.ts';
import type { Quote } from '../pricing/types.ts';
import type { Order, Want } from './order.ts';

interface Offer {
  readonly order: Pick<Order, 'model'>;
  readonly quote: Pick<Quote, 'expected'>;
}

/**
 * Cheaper ways to the same pictures, where it is the order itself that makes them dear: a sentence each. `offer` chooses
 * a model for another want, or none.
 */
export function looserOrders(
  want: Want,
  taken: Offer,
  offer: (want: Want) => Offer | null,
): readonly string[] {
  const cheaper = (changed: Partial<Want>): Offer | null => {
    const other = offer({ ...want, ...changed });
    return other !== null && other.quote.expected < taken.quote.expected ? other : null;
  };
  const priceOf = ({ order, quote }: Offer): string => `${format(quote.expected)} (${order.model.name})`;
  const now = want.lane === 'now' ? null : cheaper({ lane: 'now' });
  const isFree = want.exact === undefined && want.minPixels === undefined;
  const larger = want.size !== null && isFree ? SIZES.slice(SIZES.indexOf(want.size) + 1) : [];
  const [size] = larger.flatMap((one) => {
    const other = cheaper({ size: one });
    return other ? [{ one, other }] : [];
  });
  return [
    ...(now ? [`Lane now costs less, ${priceOf(now)}: leave out --lane ${want.lane}.`] : []),
    ...(size
      ? [
          `${size.one} costs less than ${want.size}, ${priceOf(size.other)}, and --resize is free: -s ${size.one}.`,
        ]
      : []),
  ];
}

/** What the prompt says that only a flag can ask for, a sentence each: no model reads it as a size or a shape. */
export function wishesInPrompt(
  prompt: string,
  { size, aspect, exact }: Pick<Want, 'size' | 'aspect' | 'exact'>,
): readonly string[] {
  if (exact) return [];
  const wish = (named: string, what: string, flag: string): string =>
    `The prompt names ${named}, and no model reads that as a ${what}: ${flag} asks for it.`;
  const [pixels] = /(?<![\d.])\d{3,4}\s?[x×]\s?\d{3,4}(?![\d.])/i.exec(prompt) ?? [];
  if (pixels !== undefined) {
    const named = pixels.replace(/\s?[x×]\s?/i, 'x');
    return [wish(named, 'size', `--size-exact ${named}`)];
  }
  const [k] = /(?<![\w.])[24]K(?!\w)/i.exec(prompt) ?? [];
  const shape = (prompt.match(/(?<![\d:.])\d{1,2}:\d{1,2}(?![\d:.])/g) ?? []).find((text) =>
    SHAPES.has(text),
  );
  return [
    ...(k && size === null ? [wish(k, 'size', `-s ${k.toUpperCase()}`)] : []),
    ...(shape && aspect === null ? [wish(shape, 'shape', `-a ${shape}`)] : []),
  ];
}

const SHAPES: ReadonlySet<string> = new Set(Object.keys(FOURTEEN_ASPECTS));
