import type { Deps, SavePlan, AttemptPlan, Settings, Terminal } from '../../ports.ts';
import { connect } from '../connect.ts';
import { repeatable } from '../later.ts';
import { uploadNotes } from '../upload.ts';
import type { BatchWorld } from './world.ts';

export type BatchDeps = Pick<
  Deps,
  | 'api'
  | 'batches'
  | 'books'
  | 'clock'
  | 'files'
  | 'isSandbox'
  | 'leave'
  | 'newId'
  | 'pictures'
  | 'sandbox'
  | 'sha256'
  | 'shelf'
  | 'stop'
>;

interface Wishes {
  readonly planFor: (plan: AttemptPlan) => SavePlan;
  readonly onAnswer: BatchWorld['onAnswer'];
}

/** Opens the line and the books for work on jobs, and closes them again, whatever happens in between. */
export async function withBatches<T>(
  settings: Settings,
  deps: BatchDeps,
  terminal: Terminal,
  { planFor, onAnswer }: Wishes,
  work: (world: BatchWorld) => Promise<T>,
): Promise<T> {
  const line = await connect(settings, deps);
  const books = await deps.books({ sandbox: settings.sandbox });
  try {
    const { connection } = line;
    const world: BatchWorld = {
      books,
      api: await deps.api(connection),
      batches: await deps.batches(connection),
      files: await deps.files(connection),
      clock: deps.clock,
      baseUrl: connection.baseUrl,
      stop: deps.stop,
      leave: deps.leave,
      saver: {
        pictures: await deps.pictures(),
        shelf: repeatable(await deps.shelf(), deps.sha256),
        sha256: deps.sha256,
        stdout: (bytes) => terminal.bytes(bytes),
        remark: (sentence) => terminal.note(`note   ${sentence}`),
      },
      planFor,
      onAnswer,
      onUpload: uploadNotes(terminal),
    };
    return await work(world);
  } finally {
    books.ledger.close();
    await line.close();
  }
}
