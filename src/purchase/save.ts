import { Failure } from '../core/errors.ts';
import { findModel } from '../core/catalogue/catalogue.ts';
import type { Pixels } from '../core/catalogue/model.ts';
import { extensionOf, withExtension } from '../core/files/filename.ts';
import type { ReplyImage } from '../core/order/reply.ts';
import { attempt } from '../core/order/route.ts';
import { enlargement, MOST_ENLARGED } from '../core/order/resize.ts';
import type { ImageInfo, SavedImage, SavePlan } from '../ports/index.ts';
import { cutSheet } from './cut-sheet.ts';
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
  const name = withExtension(path, info.mimeType);
  const replace = plan.replace && name === namedPath(path, plan, paid);
  const saved = { path: await placed(name, path, bytes, { ...plan, replace }, saver), ...facts };
  if (plan.sidecar && paid && path !== '-') {
    await pictureFiles.put(sidecarPath(saved.path), sidecar(saved, paid), { replace });
  }
  if (bytes !== image.bytes && pictures.hasProvenance(image.bytes)) saver.remark(unproven(saved.path));
  const scale = plan.resize ? enlargement(received, plan.resize) : 1;
  if (scale > MOST_ENLARGED) saver.remark(stretched(saved.path, received, scale));
  return plan.sheet ? cutSheet({ bytes: image.bytes, saved }, plan.sheet, plan, saver, paid) : saved;
}

/** The file that --force is about: the one that was named, or said before anything was paid for. */
function namedPath(path: string, { format }: SavePlan, paid: Paid | null): string {
  if (extensionOf(path) !== null) return path;
  if (format !== null) return withExtension(path, `image/${format}`);
  const model = paid && attempt(() => findModel(paid.plan.model));
  return model === null || model instanceof Failure ? path : withExtension(path, model.output);
}

async function placed(
  name: string,
  path: string,
  bytes: Uint8Array,
  { replace, toStore }: SavePlan,
  { pictureFiles, stdout }: Saver,
): Promise<string> {
  if (path !== '-') return pictureFiles.put(name, bytes, { replace });
  if (toStore === undefined) await stdout(bytes);
  return path;
}

const stretched = (path: string, { width, height }: Pixels, scale: number): string =>
  `${path} came as ${width}x${height} and was enlarged ${scale.toFixed(2)} times, which shows.`;

const unproven = (path: string): string =>
  `The content credentials (C2PA) of ${path} no longer hold, since the file is not as it came; the SynthID watermark is in its pixels.`;
