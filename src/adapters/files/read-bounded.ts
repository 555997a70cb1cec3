import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { usageFailure, type Failure } from '../../core/errors.ts';
import { fileSize } from '../../core/text/text.ts';

// A name in a stranger's folder may lead to a device without an end, or to a pipe that nobody writes into.

/** What a shell puts in the place of `<(…)`: somebody writes into it, and it ends. */
export const FROM_SHELL = /^\/(?:dev|proc\/self)\/fd\/\d+$/;

const PIECE = 256 * 1024;

const tooLong = (name: string, most: number): Failure =>
  usageFailure(`${name} has more than the ${fileSize(most)} that are read of such a file.`);

/** All of an open file, pipe or device. Failure `usage` with its name when there is more of it. */
export async function allOf(file: FileHandle, most: number, name: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let size = 0; size <= most;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    pieces.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  throw tooLong(name, most);
}

/** All of what is at a path, as far as that is no longer than such a file is. */
export async function readBounded(path: string, most: number, name = path): Promise<Buffer> {
  const file = await open(path);
  try {
    return await allOf(file, most, name);
  } finally {
    await file.close();
  }
}

export interface ReadNow {
  readonly bytes: Buffer;
  readonly about: Stats;
}

/** How long a pipe may be silent: whoever fills it does so for everybody who reads. */
const SILENCE_MS = 1_000;
const PAUSE_MS = 10;

/** The same at once, for what a start waits for. A pipe is given a moment until somebody writes into it. */
export function readNow(path: string, most: number, name: string): ReadNow {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const about = fstatSync(file);
    const pieces: Buffer[] = [];
    const until = performance.now() + SILENCE_MS;
    for (let size = 0; size <= most;) {
      const piece = Buffer.alloc(PIECE);
      const length = readNext(file, piece);
      const isWaiting = length === null || (length === 0 && size === 0 && about.isFIFO());
      if (length === 0 && !isWaiting) return { bytes: Buffer.concat(pieces), about };
      if (isWaiting) {
        if (performance.now() > until)
          throw usageFailure(`${name} is a pipe, and nobody writes into it.`, 'Take it away, or fill it.');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      } else {
        pieces.push(piece.subarray(0, length));
        size += length;
      }
    }
    throw tooLong(name, most);
  } finally {
    closeSync(file);
  }
}

/** null where nothing is there yet. */
function readNext(file: number, into: Buffer): number | null {
  try {
    return readSync(file, into);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}
