import { Failure } from '../core/errors.ts';
import type { Locked } from '../core/manifest/lock.ts';
import type { SavedImage, PictureFiles } from '../ports/index.ts';
import { save } from '../purchase/save.ts';
import { lineFor } from './paths.ts';
import { shown } from './project.ts';
import type { PlannedPicture } from './plan.ts';
import type { HashedPicture } from './pictures.ts';
import { projectSaver, savePlan, type ProjectContext } from './types.ts';

/** Puts a picture where it is wanted, from the file of its line or from the store; nothing is charged. */
export async function restore(
  known: HashedPicture,
  context: ProjectContext,
  { locked, source }: Pick<PlannedPicture['change'], 'locked' | 'source'>,
): Promise<SavedImage> {
  const { picture, hash } = known;
  const file = source === 'file' && locked !== null ? await fileOf(locked, context) : null;
  const original = file === null ? await context.store.get(hash) : null;
  const bytes = file ?? original?.bytes;
  const bought = original ?? locked;
  if (bytes === undefined || bought === null) {
    throw new Failure('unavailable', 'It is not in the store any more.', {
      hint: 'pixtab plan says what it costs now.',
    });
  }
  const plan = savePlan(known, context);
  const isConverted =
    file !== null && locked?.format === picture.format && locked.quality === picture.quality;
  const how = isConverted ? { ...plan, format: null } : plan;
  const made = await drafted({ bytes, mimeType: '' }, how, context);
  const sandbox = file === null ? context.session.settings.sandbox : locked?.sandbox === true;
  const lineAt = (image: SavedImage): Locked =>
    lineFor(context.project, known, image, { ...bought, sandbox });
  // The lock first: should it all end here, the next run knows whose file this is.
  context.lock.set(lineAt(made.image));
  await context.lock.settled();
  const image = {
    ...made.image,
    path: await context.files.pictureFiles.put(made.image.path, made.bytes, { replace: false }),
  };
  await supersede(lineAt(image), locked, context);
  return image;
}

/** Takes the place of an earlier line, whose file goes once the lock knows of both. */
export async function supersede(line: Locked, before: Locked | null, context: ProjectContext): Promise<void> {
  context.lock.set(line);
  if (before === null || before.path === line.path) return;
  await context.lock.settled();
  // Two pictures may have swapped paths.
  if (!context.files.isPlaced(before.path)) await context.files.discard(before.path);
  context.lock.forget(line.id, before.path);
}

/** The picture as it will be written, before it is. */
async function drafted(
  received: Parameters<typeof save>[0],
  plan: ReturnType<typeof savePlan>,
  context: ProjectContext,
): Promise<{ readonly image: SavedImage; readonly bytes: Uint8Array }> {
  let written = received.bytes;
  const pictureFiles: PictureFiles = {
    ...context.files.pictureFiles,
    async put(path, bytes) {
      written = bytes;
      return path;
    },
  };
  const [path = ''] = plan.paths;
  const image = await save(received, path, plan, { ...(await projectSaver(context)), pictureFiles });
  return { image, bytes: written };
}

/** The bytes of a file; null when they differ from what the lock says. */
async function fileOf({ path, sha256 }: Locked, context: ProjectContext): Promise<Uint8Array | null> {
  const { pictureFiles } = context.files;
  const name = shown(context.project, path);
  if ((await pictureFiles.kindOf(name)) !== 'file') return null;
  const bytes = await pictureFiles.read(name);
  return (await projectSaver(context)).sha256(bytes) === sha256 ? bytes : null;
}
