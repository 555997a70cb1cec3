import { hashIn } from '../core/manifest/fingerprint.ts';
import { joined } from '../core/manifest/path.ts';
import type { Books, Receipt, PictureFiles, StoredImage } from '../ports/index.ts';
import { recover } from '../purchase/recover.ts';
import type { Saver } from '../purchase/save.ts';
import { keeping } from './record.ts';
import { openJobs } from './history.ts';
import { inside } from './paths.ts';
import type { ApplyWorld } from './types.ts';

/** Whether apply once put exactly this at that path. */
export async function isBought(
  path: string,
  sha256: string,
  cwd: string,
  { ledger }: Pick<Books, 'ledger'>,
): Promise<boolean> {
  const receipts = await ledger.receipts({ by: 'path', value: joined(cwd, path) });
  return receipts.some(
    ({ attempt, images }) =>
      hashIn(attempt.attemptId) !== null && images.some((image) => image.sha256 === sha256),
  );
}

export interface FinishWorld extends Pick<
  ApplyWorld,
  'project' | 'books' | 'api' | 'saver' | 'store' | 'onRemark' | 'cwd' | 'day'
> {
  /** What stands for the manifest in the labels of its runs. */
  readonly label: string;
}

export interface StrayWorld extends Pick<FinishWorld, 'project' | 'books' | 'saver' | 'cwd' | 'label'> {
  /** Paths that the lock knows of now. */
  readonly known: ReadonlySet<string>;
}

/** Pictures that interrupted runs for this manifest put on disk, and that nobody asks for any more. */
export async function straysOf(world: StrayWorld): Promise<readonly string[]> {
  const { books, project, cwd, known } = world;
  const { pictureFiles, sha256 } = await world.saver();
  const found: string[] = [];
  for (const image of await books.ledger.savedImages()) {
    if (hashIn(image.attemptId) === null) continue;
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: image.attemptId });
    if (!isFor(receipt, world)) continue;
    const path = inside(project, cwd, image.path);
    if (path === null || image.absolutePath !== joined(cwd, image.path) || known.has(path)) continue;
    if (await holds(image, pictureFiles, sha256)) found.push(path);
  }
  return found;
}

/** Answers that were paid for are put where their run wanted them: from there on they are as any other. */
export async function finishAll(world: FinishWorld): Promise<void> {
  const { books } = world;
  const jobs = await openJobs(books);
  // Of a job that is not done, the job itself takes care.
  const ids = (await books.journal.ids()).filter((id) => hashIn(id) !== null && !jobs.has(id));
  for (const attemptId of await books.ledger.abandoned(ids)) {
    const hash = hashIn(attemptId) ?? '';
    const [receipt] = await books.ledger.receipts({ by: 'attempt', value: attemptId });
    if (receipt === undefined || !isFor(receipt, world)) continue;
    const saver = await keeping(hash, world);
    await recover(attemptId, { books, api: world.api, saver, planFor: ({ save }) => save });
  }
}

const isFor = (receipt: Receipt | undefined, { cwd, label }: Pick<FinishWorld, 'cwd' | 'label'>): boolean =>
  receipt !== undefined && receipt.attempt.save.cwd === cwd && receipt.run.labels.includes(label);

/** Whether the file of an earlier run is still as it was saved, under the path that it was saved as. */
export async function isWhole(
  image: StoredImage,
  cwd: string,
  pictureFiles: PictureFiles,
  sha256: Saver['sha256'],
): Promise<boolean> {
  return image.absolutePath === joined(cwd, image.path) && holds(image, pictureFiles, sha256);
}

async function holds(
  { path, sha256: content }: StoredImage,
  pictureFiles: PictureFiles,
  sha256: Saver['sha256'],
): Promise<boolean> {
  return (await pictureFiles.kindOf(path)) === 'file' && sha256(await pictureFiles.read(path)) === content;
}
