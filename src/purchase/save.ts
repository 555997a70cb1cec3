import { Failure } from '../core/errors.ts';
import type { Pixels } from '../core/catalogue/model.ts';
import { withExtension } from '../core/files/filename.ts';
import type { ReplyImage } from '../core/order/reply.ts';
import { enlargement, MOST_ENLARGED } from '../core/order/resize.ts';
import type { ImageInfo, SavedImage, SavePlan } from '../ports/index.ts';
import { postprocess } from './postprocess.ts';
import type { Paid, Saver } from './types.ts';
import { sidecar, sidecarPath } from './receipt-file.ts';

/** A picture that was paid for but cannot be shown: its bytes do not decode. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** Puts one picture where the plan says, as the plan says. Throws Undecodable, or Failure `disk`. */
export async function save(
  image: ReplyImage,
  path: string,
  plan: SavePlan,
  saver: Saver,
  paid: Paid | null = null,
  onReceived: (received: ImageInfo) => void = () => {},
): Promise<SavedImage> {
  const { pictures, pictureFiles } = saver;
  const received = await pictures.inspect(image.bytes);
  if (!received) throw new Undecodable('the picture does not decode');
  onReceived(received);
  if (paid) await saver.onPicture?.({ bytes: image.bytes, path, paid });
  const bytes = await postprocess(image.bytes, received, plan, saver, paid);
  const info = bytes === image.bytes ? received : await pictures.inspect(bytes);
  if (!info) throw new Failure('disk', 'What was made of the picture does not decode.');
  const facts = { ...info, bytes: bytes.byteLength, sha256: saver.sha256(bytes) };
  const saved = {
    path: await placed(withExtension(path, info.mimeType), path, bytes, plan, saver),
    ...facts,
  };
  if (plan.sidecar && paid && path !== '-') {
    await pictureFiles.put(sidecarPath(saved.path), sidecar(saved, paid), { replace: plan.replace });
  }
  if (bytes !== image.bytes && pictures.hasProvenance(image.bytes)) saver.remark(unproven(saved.path));
  const scale = plan.resize ? enlargement(received, plan.resize) : 1;
  if (scale > MOST_ENLARGED) saver.remark(stretched(saved.path, received, scale));
  return saved;
}

async function placed(
  name: string,
  path: string,
  bytes: Uint8Array,
  { replace }: SavePlan,
  { pictureFiles, stdout }: Saver,
): Promise<string> {
  if (path !== '-') return pictureFiles.put(name, bytes, { replace });
  await stdout(bytes);
  return path;
}

const stretched = (path: string, { width, height }: Pixels, scale: number): string =>
  `${path} came as ${width}x${height} and was enlarged ${scale.toFixed(2)} times, which shows.`;

const unproven = (path: string): string =>
  `The content credentials (C2PA) of ${path} no longer hold, since the file is not as it came; the SynthID watermark is in its pixels.`;
