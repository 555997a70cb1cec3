import { resolve } from 'node:path';
import { wordsIn } from '../core/drafts/prompt.ts';
import { Failure } from '../core/errors.ts';
import type { PictureFacts } from '../core/files/embedded-metadata.ts';
import { isFormat } from '../core/files/format.ts';
import type { Paid } from './types.ts';
import { toDecimal } from '../core/pricing/money.ts';
import type { ImageInfo, MaskFile, MaskPlan, Pictures, SavePlan, PictureFiles } from '../ports/index.ts';

export interface PostprocessContext {
  readonly pictures: Pictures;
  readonly pictureFiles: Pick<PictureFiles, 'read'>;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** Makes of a picture what the plan asks for; its bytes stay untouched where the plan asks for nothing. Throws Failure `disk`. */
export async function postprocess(
  bytes: Uint8Array,
  { mimeType }: Pick<ImageInfo, 'mimeType'>,
  plan: SavePlan,
  context: PostprocessContext,
  paid: Paid | null,
): Promise<Uint8Array> {
  const { pictures } = context;
  const { strip, embed, mask } = plan;
  const bare = strip ? pictures.strip(bytes) : bytes;
  const made = mask
    ? await composed(bare, mask, plan, context)
    : await converted(bare, mimeType, plan, pictures);
  return embed && paid ? (pictures.label(made, factsOf(paid)) ?? made) : made;
}

/** The pixels that the mask keeps are those of the picture that was sent, so it must still be the same. */
async function composed(
  made: Uint8Array,
  { picture, mask }: MaskPlan,
  { cwd }: SavePlan,
  { pictures, pictureFiles, sha256 }: PostprocessContext,
): Promise<Uint8Array> {
  const read = async ({ path, sha256: sum }: MaskFile): Promise<Uint8Array> => {
    const bytes = await pictureFiles.read(resolve(cwd, path));
    if (sha256(bytes) === sum) return bytes;
    throw new Failure('disk', `${path} is no longer the file that was sent.`);
  };
  try {
    return await pictures.masked(await read(picture), await read(mask), made);
  } catch (cause) {
    throw undone('put together with its mask', cause);
  }
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
    throw undone(what, cause);
  }
}

function undone(what: string, cause: unknown): Failure {
  const why = cause instanceof Failure ? ` ${cause.message}` : '';
  return new Failure('disk', `The picture could not be ${what}.${why}`, { cause });
}

/** The facts that are embedded. None differs between two times, so an interrupted picture is finished to the same bytes. */
export function factsOf({ plan, bill }: Paid): PictureFacts {
  const { model, runId, attemptId } = plan;
  return { prompt: wordsIn(plan.prompt), model, cost: bill && toDecimal(bill.amount), runId, attemptId };
}
