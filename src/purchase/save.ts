import { Failure } from '../core/errors.ts';
import { withExtension } from '../core/filename.ts';
import type { ReplyImage } from '../core/reply.ts';
import type { Pictures, SavedImage, SavePlan, Shelf } from '../ports.ts';

export interface Saver {
  readonly pictures: Pictures;
  readonly shelf: Shelf;
  readonly sha256: (bytes: Uint8Array) => string;
  /** For a path of `-`. */
  readonly stdout: (bytes: Uint8Array) => Promise<void>;
}

/** A picture that was paid for but cannot be shown: its bytes do not decode. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** Puts one picture where the plan says, in the format it says. Throws Undecodable, or Failure `disk`. */
export async function save(
  image: ReplyImage,
  path: string,
  plan: SavePlan,
  saver: Saver,
): Promise<SavedImage> {
  const { pictures, shelf } = saver;
  const received = await pictures.inspect(image.bytes);
  if (!received) throw new Undecodable('the picture does not decode');
  const bytes = mustConvert(received.mimeType, plan)
    ? await converted(image.bytes, plan, pictures)
    : image.bytes;
  const info = bytes === image.bytes ? received : await pictures.inspect(bytes);
  if (!info) throw new Failure('disk', `Converting to ${plan.format} made a picture that does not decode.`);
  const facts = { ...info, bytes: bytes.byteLength, sha256: saver.sha256(bytes) };
  if (path === '-') {
    await saver.stdout(bytes);
    return { path, ...facts };
  }
  return {
    path: await shelf.put(withExtension(path, info.mimeType), bytes, { replace: plan.replace }),
    ...facts,
  };
}

/** Bytes stay as they came unless another format, or a quality, was asked for. */
function mustConvert(mimeType: string, plan: SavePlan): boolean {
  return plan.format !== null && (mimeType !== `image/${plan.format}` || plan.quality !== null);
}

async function converted(bytes: Uint8Array, plan: SavePlan, pictures: Pictures): Promise<Uint8Array> {
  if (!plan.format) return bytes;
  try {
    return await pictures.convert(bytes, plan.format, plan.quality);
  } catch (cause) {
    throw new Failure('disk', `The picture could not be converted to ${plan.format}.`, { cause });
  }
}
