import { Failure } from '../core/errors.ts';
import type { Trace } from '../core/manifest/change.ts';
import type { Locked } from '../core/manifest/lock.ts';
import type { SavedImage, PictureFiles } from '../ports/index.ts';
import { save } from '../purchase/save.ts';
import { lineFor } from './paths.ts';
import type { PlannedPicture } from './plan.ts';
import type { HashedPicture } from './pictures.ts';
import { projectSaver, savePlan, type ProjectContext } from './types.ts';

/** Puts a picture where it is wanted, from where the plan found it or from the store; nothing is charged. */
export async function restore(
  known: HashedPicture,
  context: ProjectContext,
  { locked, trace }: Pick<PlannedPicture['change'], 'locked' | 'trace'>,
): Promise<SavedImage> {
  const { picture, hash } = known;
  const bytes = trace && (await bytesOf(trace, context));
  const original = bytes === null ? await context.store.get(hash) : null;
  const source = original ?? (trace && bytes && { ...trace.line, bytes });
  if (source === null) {
    throw new Failure('unavailable', 'It is not where it was any more.', {
      hint: 'pixtab plan says what it costs now.',
    });
  }
  const plan = savePlan(known, context);
  const line = original === null ? trace?.line : undefined;
  const isConverted = line?.format === picture.format && line.quality === picture.quality;
  const how = isConverted ? { ...plan, format: null } : plan;
  const made = await drafted({ bytes: source.bytes, mimeType: '' }, how, context);
  const sandbox = line === undefined ? context.session.settings.sandbox : line.sandbox === true;
  const lineAt = (image: SavedImage): Locked =>
    lineFor(context.project, known, image, { ...source, sandbox });
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

/** Of a picture that is where its line says. */
export const traceOf = (line: Locked): Trace => ({
  line,
  path: line.path,
  revision: null,
  isPointer: false,
});

/** The bytes of a trace; null when they are not what the lock says any more. */
async function bytesOf({ line, path, revision }: Trace, context: ProjectContext): Promise<Uint8Array | null> {
  if (revision === null) return context.files.bytesOf(path, line.sha256);
  const bytes = await context.traces.read(revision, path);
  return bytes !== null && (await projectSaver(context)).sha256(bytes) === line.sha256 ? bytes : null;
}
