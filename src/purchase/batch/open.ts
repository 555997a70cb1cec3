import type { AttemptPlan, Books, Deps, Provider, SavePlan, Settings, Terminal } from '../../ports/index.ts';
import { connect } from '../connection.ts';
import { repeatable } from '../later.ts';
import { keepsOriginals } from '../store-original.ts';
import type { Saver } from '../save.ts';
import { uploadNotes } from '../upload.ts';
import type { BatchWorld } from './types.ts';

export type BatchDeps = Pick<
  Deps,
  | 'books'
  | 'client'
  | 'clock'
  | 'isSandbox'
  | 'leave'
  | 'newId'
  | 'pictures'
  | 'sandbox'
  | 'sha256'
  | 'pictureFiles'
  | 'stop'
  | 'store'
>;

export interface Wishes {
  readonly planFor: (plan: AttemptPlan) => SavePlan;
  readonly onAnswer: BatchWorld['onAnswer'];
}

/** Opens the line and the books for work on jobs, and closes them again, whatever happens in between. */
export async function withBatches<T>(
  settings: Settings,
  deps: BatchDeps,
  terminal: Terminal,
  wishes: Wishes,
  work: (world: BatchWorld) => Promise<T>,
): Promise<T> {
  const line = await connect(settings, deps);
  const { sandbox } = settings;
  try {
    const books = await deps.books({ sandbox });
    try {
      const remark = (sentence: string): void => terminal.note(`note   ${sentence}`);
      const saver: Saver = {
        pictures: await deps.pictures(),
        pictureFiles: repeatable(await deps.pictureFiles(), deps.sha256),
        sha256: deps.sha256,
        stdout: (bytes) => terminal.bytes(bytes),
        remark,
        onPicture: keepsOriginals({ sandbox }, deps, remark),
      };
      const onUpload = uploadNotes(terminal);
      return await work(await batchWorld(line.provider, books, saver, deps, { ...wishes, onUpload }));
    } finally {
      books.ledger.close();
    }
  } finally {
    await line.close();
  }
}

/** Everything that work on jobs needs, over a line that is open. */
export async function batchWorld(
  provider: Provider,
  books: Books,
  saver: Saver,
  deps: Pick<Deps, 'client' | 'clock' | 'leave' | 'stop'>,
  wishes: Wishes & Pick<BatchWorld, 'onUpload'>,
): Promise<BatchWorld> {
  const { images, batches, files } = await deps.client(provider);
  return {
    ...wishes,
    books,
    saver,
    api: images,
    batches,
    files,
    clock: deps.clock,
    baseUrl: provider.baseUrl,
    sandbox: provider.sandbox,
    stop: deps.stop,
    leave: deps.leave,
  };
}
