import { z } from 'zod';
import { LANES, METERS, REFUSAL_TERMS, SIZES, THINKING_LEVELS, UNITS } from '../../core/catalogue/model.ts';
import type { Aspect } from '../../core/catalogue/model.ts';
import { toDecimal, usd } from '../../core/pricing/money.ts';
import { FITS } from '../../core/order/resize.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { AttemptPlan, JournalEntry, KeptAnswer } from '../../ports/index.ts';

const SCHEMA = 'pixtab.answer/1';
const NEWLINE = 0x0a;

const Money = z.codec(
  z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/),
  z.custom<Usd>((value) => typeof value === 'bigint'),
  { decode: usd, encode: toDecimal },
);

const MaskFile = z.object({ path: z.string(), sha256: z.string() });

/** A save plan as the journal and the ledger write it down. */
export const SavePlanJson = z.object({
  paths: z.array(z.string()).readonly(),
  cwd: z.string(),
  format: z.enum(['png', 'jpeg', 'webp', 'avif']).nullable(),
  quality: z.int().nullable(),
  replace: z.boolean(),
  toStore: z.object({ place: z.string().nullable() }).optional(),
  keepRaw: z.boolean().optional(),
  resize: z.object({ width: z.int().positive(), height: z.int().positive(), fit: z.enum(FITS) }).optional(),
  mask: z.object({ picture: MaskFile, mask: MaskFile }).optional(),
  sheet: z.object({ columns: z.int().positive(), rows: z.int().positive() }).optional(),
  strip: z.boolean().optional(),
  embed: z.boolean().optional(),
  sidecar: z.boolean().optional(),
});

const LineJson = z.object({
  meter: z.enum(METERS),
  quantity: z.int().nonnegative(),
  unit: z.enum(UNITS),
  rate: Money,
  per: z.int().positive(),
  amount: Money,
});

const RateJson = z.object({
  meter: z.enum(METERS),
  lane: z.enum(LANES),
  size: z.enum(SIZES).exactOptional(),
  price: Money,
  per: z.int().positive(),
  unit: z.enum(UNITS),
  from: z.string(),
  until: z.string().nullable(),
  refusals: z.enum(REFUSAL_TERMS).exactOptional(),
  isGuess: z.literal(true).exactOptional(),
  // Answers that were kept before rates had a platform have none.
  platform: z.string().default('unknown'),
  source: z.string(),
  checked: z.string(),
  confidence: z.enum(['high', 'medium', 'low']),
  note: z.string().exactOptional(),
});

/** Terms as the journal and the ledger write them down. */
export const TermsJson = z.object({
  lines: z.array(LineJson).readonly(),
  rates: z.array(RateJson).readonly().nullable(),
});

/** What else was asked for, as the journal and the ledger write it down. */
export const AskedJson = z.object({
  inputs: z.array(z.object({ path: z.string(), sha256: z.string().nullable() })).readonly(),
  thinking: z.enum(THINKING_LEVELS).nullable(),
  turns: z.int().nonnegative(),
});

const Attempt = z.object({
  attemptId: z.string(),
  runId: z.string(),
  model: z.string(),
  gateway: z.string().optional(),
  account: z.string().optional(),
  wire: z.enum(['generateContent', 'predict']),
  lane: z.enum(LANES),
  size: z.enum(SIZES),
  aspect: z.custom<Aspect>((value) => typeof value === 'string').nullable(),
  images: z.int().nonnegative(),
  prompt: z.string(),
  low: Money,
  expected: Money,
  high: Money,
  save: SavePlanJson,
  terms: TermsJson.optional(),
  asked: AskedJson.optional(),
});

const Head = z.object({
  schema: z.literal(SCHEMA),
  attempt: Attempt,
  body: z.object({ bytes: z.int().nonnegative(), sha256: z.string() }),
});

/** The first line of a kept answer: everything that is needed to finish the work without a ledger. */
export function headOf(
  attempt: AttemptPlan,
  body: { readonly bytes: number; readonly sha256: string },
): Uint8Array {
  return Buffer.from(`${JSON.stringify(Head.encode({ schema: SCHEMA, attempt, body }))}\n`);
}

interface Kept {
  readonly attemptId: string;
  readonly path: string;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** Reads a kept answer back. A damaged file is reported as damaged, and gives no body. */
export function answerIn(file: Uint8Array, { attemptId, path, sha256 }: Kept): KeptAnswer {
  const damaged = (
    status: Exclude<JournalEntry['status'], 'ok'>,
    problem: string,
    attempt: AttemptPlan | null = null,
  ): KeptAnswer => ({ entry: { attemptId, path, status, problem, attempt }, body: null });

  const end = file.indexOf(NEWLINE);
  if (end < 0) return damaged('truncated', 'it ends before the answer begins');
  const head = Head.safeParse(jsonIn(file.subarray(0, end)));
  if (!head.success) return damaged('corrupt', 'its first line does not say whose answer it is');
  const { attempt, body: promised } = head.data;
  if (attempt.attemptId !== attemptId) return damaged('corrupt', 'it belongs to another attempt');

  const body = file.subarray(end + 1);
  if (body.byteLength < promised.bytes) {
    return damaged('truncated', `only ${body.byteLength} of its ${promised.bytes} bytes are there`, attempt);
  }
  if (sha256(body) !== promised.sha256)
    return damaged('corrupt', 'its bytes are not those that were written', attempt);
  return { entry: { attemptId, path, status: 'ok', problem: null, attempt }, body };
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
