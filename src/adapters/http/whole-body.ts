import { finished, type Readable } from 'node:stream';
import { LARGEST_ANSWER } from '../answers/bounds.ts';
import { unpacked } from './unpack.ts';

/** How a stream ended: null well, undefined not yet. */
interface Ending {
  error?: Error | null;
}

function endingOf(stream: Readable, told = (): void => undefined): Ending {
  const ending: Ending = {};
  finished(stream, (error) => {
    ending.error = error ?? null;
    told();
  });
  return ending;
}

/** A body, unpacked, as fast as it is read, and then what its source broke by: what unpacks it does not tell. */
export async function* bodyInSteps(
  incoming: Readable,
  packings: readonly string[],
): AsyncGenerator<Uint8Array> {
  const source = endingOf(incoming);
  try {
    yield* unpacked(incoming, packings);
  } finally {
    incoming.destroy();
  }
  if (source.error) throw source.error;
}

/**
 * A body as fast as it comes, to the last byte that arrived. One that is not packed in the way that its header says comes as it
 * is: something in between may have unpacked it, and it is paid for.
 */
export async function* wholeBody(
  incoming: Readable,
  packings: readonly string[],
): AsyncGenerator<Uint8Array> {
  const source = endingOf(incoming);
  const packed = packings.length > 0 ? teed(incoming) : null;
  const body = unpacked(incoming, packings);
  let isUnpacked = packed === null;
  try {
    for await (const chunk of allOf(body)) {
      if (!isUnpacked) packed?.forget();
      isUnpacked = true;
      yield chunk;
    }
  } catch (error) {
    const came = isUnpacked ? null : packed?.forget();
    if (!came) throw error;
    yield* allOf(incoming, came);
  } finally {
    body.destroy();
    incoming.destroy();
  }
  if (source.error) throw source.error;
}

/** Remembers what comes until that is forgotten; null when it was more than any answer has. */
function teed(incoming: Readable): { readonly forget: () => Uint8Array[] | null } {
  let came: Uint8Array[] | null = [];
  let bytes = 0;
  const take = (chunk: Uint8Array): void => {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_ANSWER) came = null;
    came?.push(chunk);
  };
  incoming.on('data', take);
  return {
    forget() {
      incoming.off('data', take);
      const all = came;
      came = null;
      return all;
    },
  };
}

/** What waits already, and all that comes then, never made to wait, however slowly it is read. */
async function* allOf(body: Readable, waiting: Uint8Array[] = []): AsyncGenerator<Uint8Array> {
  let wake = (): void => undefined;
  body.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk);
    wake();
  });
  // What nobody unpacks any more was paused.
  body.resume();
  const end = endingOf(body, () => wake());
  while (waiting.length > 0 || end.error === undefined) {
    yield* waiting.splice(0);
    if (waiting.length === 0 && end.error === undefined)
      await new Promise<void>((resolve) => (wake = resolve));
  }
  if (end.error) throw end.error;
}
