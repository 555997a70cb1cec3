/** A stream whose reader may go away at any time: what is written after that is dropped, and nothing crashes. */
export interface Outlet {
  write(text: string): void;
  /** Resolves when all of it was taken, to what prevented that if anything did. */
  send(bytes: Uint8Array | string): Promise<NodeJS.ErrnoException | null>;
}

export function outlet(stream: NodeJS.WritableStream): Outlet {
  let broken: NodeJS.ErrnoException | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken ??= error;
  });
  return {
    write(text) {
      if (!broken) stream.write(text);
    },
    send(bytes) {
      if (broken) return Promise.resolve(broken);
      return new Promise((resolve) => {
        stream.write(bytes, (error) => resolve(broken ?? error ?? null));
      });
    },
  };
}

/** The reader left, as `head` does when it has seen enough. */
export const isGone = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';
