import { finished, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

// What arrived of a body that breaks off is unpacked too.
const GENTLE = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const GENTLE_BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

const UNPACKERS = new Map<string, () => Transform>([
  ['gzip', () => createGunzip(GENTLE)],
  ['x-gzip', () => createGunzip(GENTLE)],
  ['deflate', () => createInflate(GENTLE)],
  ['br', () => createBrotliDecompress(GENTLE_BROTLI)],
]);

/**
 * A body as it was before it was packed; as it came where it is packed in a way that nobody asked for. Of one that breaks off,
 * what arrived comes first, and then its end: whoever reads asks the source how it ended.
 */
export function unpacked(body: Readable, packings: readonly string[]): Readable {
  let last = body;
  for (const packing of packings.toReversed()) {
    const unpacker = UNPACKERS.get(packing)?.();
    if (unpacker === undefined) return last;
    last = through(last, unpacker);
  }
  return last;
}

/** Unlike a pipeline, it gives out the last of a source that broke. */
function through(source: Readable, unpacker: Transform): Readable {
  finished(source, (error) => {
    if (error) unpacker.end();
  });
  return source.pipe(unpacker);
}
