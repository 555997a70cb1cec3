import { createReadStream, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Failure, usageFailure } from '../../core/errors.ts';
import { fileSize, printable } from '../../core/text/text.ts';
import { errno, trouble } from '../files/fs-errors.ts';
import { FROM_SHELL } from '../files/read-bounded.ts';

function isUrl(source: string): Failure {
  return usageFailure(
    `${printable(source)} is a URL, and input images are files.`,
    `Fetch it first: curl -sL '${printable(source)}' | pixtab edit - -p "…"`,
  );
}

/** Reads a stream to its end, and refuses it once it is larger than any picture: it may have no end. */
export async function readAll(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MOST_BYTES)
      throw usageFailure(`${name} has more than the ${fileSize(MOST_BYTES)} that a picture may have.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A file that may be a picture; whatever cannot be one is refused in a sentence. */
export async function readInput(path: string): Promise<Uint8Array> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) throw isUrl(path);
  try {
    const found = await stat(path);
    refuseOther(found, path);
    return found.isFile() ? await readFile(path) : await readAll(createReadStream(path), printable(path));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('usage', `${printable(path)} cannot be read: ${trouble(cause).why}.`, {
      hint:
        errno(cause) === 'ENOENT'
          ? 'Look at the path; what to make or to change is said apart from the images, in -p or as the prompt.'
          : 'Make it readable, or name another file.',
      cause,
    });
  }
}

/** Larger than any picture of so many pixels. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Refuses folders, and devices that may have no end. */
function refuseOther(found: Stats, path: string): void {
  const name = printable(path);
  if (found.isDirectory()) {
    throw usageFailure(`${name} is a folder, and input images are files.`, 'Name a picture in it.');
  }
  if (!found.isFile() && !FROM_SHELL.test(path)) {
    throw usageFailure(
      `${name} is a pipe or a device, and input images are files.`,
      `Give it to standard input: pixtab edit - -p "…" < ${name}`,
    );
  }
  if (found.size > MOST_BYTES) {
    throw usageFailure(
      `${name} has ${fileSize(found.size)}; pictures of up to ${fileSize(MOST_BYTES)} are taken.`,
      'Make it smaller first; models look at far fewer pixels.',
    );
  }
}
