import { z } from 'zod';
import { LANES, REFUSAL_TERMS, type Size } from '../../core/catalogue/model.ts';
import { usd } from '../../core/pricing/money.ts';
import { known } from '../files/checked-json.ts';

const PRICE = 'a price is a string of dollars, such as "0.045"';

const Dollars = z
  .string(PRICE)
  .regex(/^\d{1,9}(\.\d{1,9})?$/, PRICE)
  .transform(usd)
  .refine((price) => price > 0n, 'a price is above 0; leave out what is not known');

export const Calendar = z.iso.date('a day is written as 2026-11-22');

const isFilled = (prices: object): boolean => Object.keys(prices).length > 0;

const Sizes = known({
  '512': Dollars.optional(),
  '1K': Dollars.optional(),
  '2K': Dollars.optional(),
  '4K': Dollars.optional(),
} satisfies Record<Size, unknown>).refine(isFilled, 'it holds no price');

const PerMillion = known({
  textInput: Dollars.optional(),
  imageInput: Dollars.optional(),
  imageOutput: Dollars.optional(),
  textOutput: Dollars.optional(),
  thinking: Dollars.optional(),
}).refine(isFilled, 'it holds no price');

const Price = known({
  model: z.string(),
  lane: z.enum(LANES).default('now'),
  from: Calendar.default('0001-01-01'),
  until: Calendar.nullable().default(null),
  perImage: z.union([Dollars, Sizes], 'it takes a price, or a price for each size').optional(),
  perMillion: PerMillion.optional(),
})
  .refine(({ perImage, perMillion }) => (perImage === undefined) !== (perMillion === undefined), {
    error: 'a price has either perImage or perMillion',
  })
  .refine(({ from, until }) => until === null || from < until, {
    path: ['until'],
    error: 'it is the first day without the price, so it comes after "from"',
  });

export const PriceFile = known({
  schema: z.literal('pixtab.prices/1'),
  source: z.url({ protocol: /^https$/, error: 'source is an https address' }),
  checked: Calendar,
  note: z.string().optional(),
  refusals: z.enum(REFUSAL_TERMS).default('charged'),
  prices: z.array(Price).min(1, 'there is no price'),
});

export type PriceEntry = z.infer<typeof Price>;
