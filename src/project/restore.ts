import { Failure } from '../core/errors.ts';
import type { Locked } from '../core/manifest/lock.ts';
import type { SavedImage, PictureFiles } from '../ports/index.ts';
import { save } from '../purchase/save.ts';
import { lineFor } from './paths.ts';
import { shown } from './project.ts';
import type { Known, Surveyed } from './plan.ts';
import { savePlan, type ApplyWorld } from './types.ts';

/** Puts a picture where it is wanted, from the file of its line or from the store; nothing is charged. */
export async function regain(
  known: Known,
  world: ApplyWorld,
  { locked, source }: Pick<Surveyed['step'], 'locked' | 'source'>,
): Promise<SavedImage> {
  const { picture, hash } = known;
  const file = source === 'file' && locked !== null ? await fileOf(locked, world) : null;
  const original = file === null ? await world.store.get(hash) : null;
  const bytes = file ?? original?.bytes;
  const bought = original ?? locked;
  if (bytes === undefined || bought === null) {
    throw new Failure('unavailable', 'It is not in the store any more.', {
      hint: 'pixtab plan says what it costs now.',
    });
  }
  const plan = savePlan(known, world);
  const isConverted =
    file !== null && locked?.format === picture.format && locked.quality === picture.quality;
  const how = isConverted ? { ...plan, format: null } : plan;
  const made = await drafted({ bytes, mimeType: '' }, how, world);
  const sandbox = file === null ? world.sandbox : locked?.sandbox === true;
  const lineAt = (image: SavedImage): Locked => lineFor(world.project, known, image, { ...bought, sandbox });
  // The lock first: should it all end here, the next run knows whose file this is.
  world.lock.set(lineAt(made.image));
  await world.lock.settled();
  const image = {
    ...made.image,
    path: await world.places.pictureFiles.put(made.image.path, made.bytes, { replace: false }),
  };
  await supersede(lineAt(image), locked, world);
  return image;
}

/** Takes the place of an earlier line, whose file goes once the lock knows of both. */
export async function supersede(line: Locked, before: Locked | null, world: ApplyWorld): Promise<void> {
  world.lock.set(line);
  if (before === null || before.path === line.path) return;
  await world.lock.settled();
  // Two pictures may have changed places.
  if (!world.places.isPlaced(before.path)) await world.places.discard(before.path);
  world.lock.forget(line.id, before.path);
}

/** The picture as it will be written, before it is. */
async function drafted(
  received: Parameters<typeof save>[0],
  plan: ReturnType<typeof savePlan>,
  world: ApplyWorld,
): Promise<{ readonly image: SavedImage; readonly bytes: Uint8Array }> {
  let written = received.bytes;
  const pictureFiles: PictureFiles = {
    ...world.places.pictureFiles,
    async put(path, bytes) {
      written = bytes;
      return path;
    },
  };
  const [path = ''] = plan.paths;
  const image = await save(received, path, plan, { ...(await world.saver()), pictureFiles });
  return { image, bytes: written };
}

/** null when it is not as the lock has it. */
async function fileOf({ path, sha256 }: Locked, world: ApplyWorld): Promise<Uint8Array | null> {
  const { pictureFiles } = world.places;
  const name = shown(world.project, path);
  if ((await pictureFiles.kindOf(name)) !== 'file') return null;
  const bytes = await pictureFiles.read(name);
  return (await world.saver()).sha256(bytes) === sha256 ? bytes : null;
}
