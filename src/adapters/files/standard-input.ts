import { addAbortSignal, type Readable } from 'node:stream';
import { Failure } from '../../core/errors.ts';

/** Standard input, given up at Ctrl-C: whoever reads it may be waiting for somebody to type. */
export async function* standardInput(stdin: Readable, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* addAbortSignal(stop, stdin);
  } catch (cause) {
    if (!stop.aborted) throw cause;
    throw new Failure('cancelled', 'Standard input was not read to its end.', { charged: 'no', cause });
  }
}
