/** One piece of a write transaction: it succeeds or fails alone. */
interface Piece {
  /** Does the work and remembers what came of it; throws what the work throws. */
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly patience: () => number;
}

export interface Writing {
  /** Waits for the turn to write, does the work, and has it on disk when it resolves. */
  readonly transaction: (work: () => void, patience: () => number) => Promise<void>;
  /** Like `transaction`, at once or not at all. */
  readonly now: (work: () => void) => void;
  readonly exec: (sql: string) => void;
}

export interface Group {
  add<T>(work: () => T, patience: () => number): Promise<T>;
  /** Runs the pieces that still wait. */
  flush(): void;
}

/**
 * Writes that come within one turn of the event loop share a transaction, and so one wait for the disk: the busier a
 * process is, the more of them do. Each is kept or undone alone.
 */
export function groups(writing: Writing): Group {
  let waiting: Piece[] = [];
  let draining = false;

  function together(pieces: readonly Piece[]): () => void {
    return () => {
      for (const piece of pieces) {
        if (pieces.length === 1) piece.run();
        else alone(piece);
      }
    };
  }

  /** Runs one piece; when it fails, what it has written is undone, and nothing else. */
  function alone(piece: Piece): void {
    writing.exec('SAVEPOINT piece');
    try {
      piece.run();
    } catch (error) {
      // A full disk makes SQLite roll back everything: then this fails too, and with it the whole group.
      writing.exec('ROLLBACK TO piece');
      piece.reject(error);
    }
    writing.exec('RELEASE piece');
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise((resolve) => void setImmediate(resolve));
      const pieces = waiting;
      waiting = [];
      const patience = (): number => Math.max(...pieces.map((piece) => piece.patience()));
      try {
        if (pieces.length > 0) await writing.transaction(together(pieces), patience);
        for (const { resolve } of pieces) resolve();
      } catch (error) {
        for (const { reject } of pieces) reject(error);
      }
    }
    draining = false;
  }

  return {
    add: <T>(work: () => T, patience: () => number) =>
      new Promise<T>((resolve, reject) => {
        const results: T[] = [];
        const run = (): void => void results.push(work());
        waiting.push({ run, patience, reject, resolve: () => results.forEach((result) => resolve(result)) });
        if (draining) return;
        draining = true;
        void drain();
      }),
    flush() {
      const pieces = waiting;
      waiting = [];
      if (pieces.length === 0) return;
      try {
        writing.now(together(pieces));
        for (const { resolve } of pieces) resolve();
      } catch (error) {
        for (const { reject } of pieces) reject(error);
      }
    },
  };
}
