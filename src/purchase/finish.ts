import { Failure } from '../core/errors.ts';
import type { PictureFacts } from '../core/facts.ts';
import { isFormat } from '../core/format.ts';
import type { Bill } from '../core/line.ts';
import { toDecimal } from '../core/money.ts';
import type { AttemptPlan, ImageInfo, Pictures, SavePlan } from '../ports.ts';

/** A paid request, as far as its pictures tell of it. */
export interface Paid {
  readonly plan: AttemptPlan;
  /** null where it is not known what was paid. */
  readonly bill: Bill | null;
}

/** The bytes as the plan wants them; untouched where it wants nothing of them. Failure `disk`. */
export async function finished(
  bytes: Uint8Array,
  { mimeType }: Pick<ImageInfo, 'mimeType'>,
  paid: Paid,
  pictures: Pictures,
): Promise<Uint8Array> {
  const { strip, embed } = paid.plan.save;
  const bare = strip ? pictures.strip(bytes) : bytes;
  const made = await converted(bare, mimeType, paid.plan.save, pictures);
  return embed ? (pictures.label(made, factsOf(paid)) ?? made) : made;
}

/** Bytes stay as they came unless another format, size or quality was asked for. */
async function converted(
  bytes: Uint8Array,
  mimeType: string,
  { format, quality, resize }: SavePlan,
  pictures: Pictures,
): Promise<Uint8Array> {
  const came = mimeType.replace(/^image\//, '');
  const to = format ?? (isFormat(came) ? came : null);
  if (to === null || (to === came && (format === null || quality === null) && !resize)) return bytes;
  try {
    return await pictures.convert(bytes, to, quality, resize);
  } catch (cause) {
    const what = to === came ? 'resized' : `converted to ${to}`;
    throw new Failure('disk', `The picture could not be ${what}.`, { cause });
  }
}

/** Nothing that differs from one time to the next: what was interrupted is finished to the same bytes. */
export function factsOf({ plan, bill }: Paid): PictureFacts {
  const { prompt, model, runId, attemptId } = plan;
  return { prompt, model, cost: bill && toDecimal(bill.amount), runId, attemptId };
}
