import { z } from 'zod';
import { toDecimal, usd, type Usd } from '../../core/pricing/money.ts';

const Bytes = z.codec(z.string(), z.custom<Uint8Array>(), {
  decode: (text) => Buffer.from(text, 'base64'),
  encode: (bytes) => Buffer.from(bytes).toString('base64'),
});

const Input = z.object({
  name: z.string(),
  mimeType: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: Bytes,
});

/** What was asked, as it is written down before it is paid for. */
export const AskedJson = z.object({
  model: z.string(),
  at: z.number(),
  prompt: z.string(),
  inputs: z.array(Input).readonly(),
});

/** What came of it. */
export const OutcomeJson = z.object({
  cost: z.codec(z.string(), z.custom<Usd>(), { decode: usd, encode: toDecimal }),
  /** As it came: whatever is not known goes back unchanged too. */
  answer: z.array(z.unknown()).readonly(),
  pictures: z.int(),
  words: z.string(),
});
