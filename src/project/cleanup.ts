import { resolve } from 'node:path';
import { withExtension } from '../core/files/filename.ts';
import { hashIn } from '../core/manifest/fingerprint.ts';
import type { Books, Receipt, PictureFiles, StoredImage } from '../ports/index.ts';
import { recover } from '../purchase/recover.ts';
import type { Saver } from '../purchase/types.ts';
import { keeper } from './record.ts';
import { openJobs } from './history.ts';
import { relativeToProject } from './paths.ts';
import { projectSaver, type ProjectContext } from './types.ts';

/** Whether apply once put exactly this at that path. */
export async function isBought(
  path: string,
  sha256: string,
  cwd: string,
  { ledger }: Pick<Books, 'ledger'>,
): Promise<boolean> {
  const receipts = await ledger.receipts({ by: 'path', value: resolve(cwd, path) });
  return receipts.some(
    ({ attempt, images }) =>
      hashIn(attempt.attemptId) !== null && images.some((image) => image.sha256 === sha256),
  );
}

/**
 * Pictures that interrupted runs for this manifest put on disk, and that it no longer asks for. `known` are the paths
 * that the lock knows of now.
 */
export async function strayPictures(
  context: ProjectContext,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { session, project, cwd } = context;
  const { books } = session;
  const { pictureFiles, sha256 } = await projectSaver(context);
  const found: string[] = [];
  for (const image of await books.ledger.savedImages()) {
    if (hashIn(image.attemptId) === null) continue;
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: image.attemptId });
    if (receipt === undefined || !isFor(receipt, context)) continue;
    const isHere = image.absolutePath === resolve(cwd, image.path);
    for (const place of new Set([...(isHere ? [image.path] : []), ...plannedPlaces(receipt, image)])) {
      const path = relativeToProject(project, cwd, place);
      if (path === null || known.has(path)) continue;
      if (await holds({ ...image, path: place }, pictureFiles, sha256)) found.push(path);
    }
  }
  return found;
}

/** A run that was killed may have put a picture where it was wanted; once nobody asks for it, it is saved in the trash. */
const plannedPlaces = ({ attempt }: Receipt, { mimeType }: StoredImage): readonly string[] =>
  attempt.save.paths.map((path) => withExtension(path, mimeType));

/**
 * Puts the answers that interrupted runs for this manifest paid for where those runs wanted them: from there on they are
 * like any other picture.
 */
export async function finishAll(context: ProjectContext): Promise<void> {
  const { books } = context.session;
  const jobs = await openJobs(books);
  // Answers of open jobs are left to the jobs.
  const ids = (await books.journal.ids()).filter((id) => hashIn(id) !== null && !jobs.has(id));
  for (const attemptId of await books.ledger.abandoned(ids)) {
    const hash = hashIn(attemptId) ?? '';
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: attemptId });
    if (receipt === undefined || !isFor(receipt, context)) continue;
    const saver = { ...(await projectSaver(context)), onPicture: keeper(hash, context) };
    const { images: api } = await context.session.reader();
    const { leave } = context.session.deps;
    const { bill } = await recover(attemptId, { books, api, leave, saver, planFor: ({ save }) => save });
    if (bill) context.bills.set(attemptId, bill);
  }
}

const isFor = (receipt: Receipt, { cwd, label }: Pick<ProjectContext, 'cwd' | 'label'>): boolean =>
  receipt.attempt.save.cwd === cwd && receipt.run.labels.includes(label);

/** Whether the file of an earlier run is still as it was saved, under the path that it was saved as. */
export async function isWhole(
  image: StoredImage,
  cwd: string,
  pictureFiles: PictureFiles,
  sha256: Saver['sha256'],
): Promise<boolean> {
  return image.absolutePath === resolve(cwd, image.path) && holds(image, pictureFiles, sha256);
}

async function holds(
  { path, sha256: content }: StoredImage,
  pictureFiles: PictureFiles,
  sha256: Saver['sha256'],
): Promise<boolean> {
  return (await pictureFiles.kindOf(path)) === 'file' && sha256(await pictureFiles.read(path)) === content;
}
