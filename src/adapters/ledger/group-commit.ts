import type { Awaitable } from './queries.ts';

/** One piece of a write transaction: it succeeds or fails alone. */
interface Piece {
  /** Does the work, perhaps not for the first time; `finish` tells what came of it in the end. */
  readonly run: () => Promise<void>;
  readonly fail: (error: unknown) => void;
  readonly finish: () => void;
  readonly patience: () => number;
}

export interface Writing {
  /** Waits for the turn to write, does the work, and has it on disk when it resolves. */
  readonly transaction: (work: () => Promise<void>, patience: () => number) => Promise<void>;
  /** Of a failure that nobody waits for, whoever waits next hears. */
  readonly exec: (sql: string) => Awaitable<unknown>;
}

export interface Group {
  add<T>(work: () => Awaitable<T>, patience: () => number): Promise<T>;
  /** Resolves when no piece waits any more. From now on, none of them is patient. */
  finish(): Promise<void>;
}

/**
 * Writes that come within one turn of the event loop share a transaction, and so one wait for the disk: the busier a
 * process is, the more of them do. Each is kept or undone alone.
 */
export function groups(writing: Writing): Group {
  let waiting: Piece[] = [];
  let draining: Promise<void> | null = null;
  let isFinishing = false;

  function together(pieces: readonly Piece[]): () => Promise<void> {
    return async () => {
      for (const piece of pieces) await (pieces.length === 1 ? piece.run() : alone(piece));
    };
  }

  /** Runs one piece; when it fails, what it has written is undone, and nothing else. */
  async function alone(piece: Piece): Promise<void> {
    void writing.exec('SAVEPOINT piece');
    try {
      await piece.run();
      await writing.exec('RELEASE piece');
    } catch (error) {
      // A full disk makes SQLite roll back everything: then this fails too, and with it the whole group.
      void writing.exec('ROLLBACK TO piece');
      void writing.exec('RELEASE piece');
      piece.fail(error);
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise((resolve) => void setImmediate(resolve));
      const pieces = waiting;
      waiting = [];
      const patience = (): number => (isFinishing ? 0 : Math.max(...pieces.map((piece) => piece.patience())));
      try {
        await writing.transaction(together(pieces), patience);
      } catch (error) {
        for (const { fail } of pieces) fail(error);
      }
      for (const { finish } of pieces) finish();
    }
    draining = null;
  }

  return {
    add: <T>(work: () => Awaitable<T>, patience: () => number) =>
      new Promise<T>((resolve, reject) => {
        let finish: () => void;
        const run = async (): Promise<void> => {
          const result = await work();
          finish = () => resolve(result);
        };
        const fail = (error: unknown): void => {
          finish = () => reject(error);
        };
        waiting.push({ run, fail, finish: () => finish(), patience });
        draining ??= drain();
      }),
    async finish() {
      isFinishing = true;
      await draining;
    },
  };
}
