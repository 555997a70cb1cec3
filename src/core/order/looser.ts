import { SIZES } from '../catalogue/model.ts';
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

/** A size that the prompt names, which no model reads as one; null where it names none. */
export function sizeInPrompt(prompt: string): string | null {
  const [, width, height] = /(?<![\d.])(\d{3,4})\s?[x×]\s?(\d{3,4})(?![\d.])/i.exec(prompt) ?? [];
  if (width === undefined || height === undefined) return null;
  return `The prompt names ${width}x${height}, and no model reads that as a size: --size-exact ${width}x${height} delivers it.`;
}
