import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import type { NewFile } from '../../ports/index.ts';
import type { Exchange } from '../http/fetch.ts';
import { isGone, type UnbilledCall, type UnbilledCalls } from './unbilled.ts';
import { jsonIn } from '../lenient.ts';

// The API wants pieces of a multiple of this size: it says so in the header x-goog-upload-chunk-granularity.
const PIECE = 8 * 1024 * 1024;

/** Each time some of a piece arrived, and the connection broke: as often as the smallest part that the API takes fits into it. */
const MOST_RESUMED = 32;

interface Session {
  readonly url: string;
  readonly what: string;
  readonly signal: AbortSignal;
}

interface Route {
  readonly baseUrl: string;
  readonly unbilled: UnbilledCalls;
}

/** How far an upload came: the answer to its last piece, the bytes that arrived, or `lost` where nobody knows. */
type Progress = { readonly final: Uint8Array } | { readonly received: number } | 'taken' | 'lost';

/**
 * Sends a file in pieces. When a piece gets lost, it asks the API how much arrived and sends the rest of the piece. null
 * when the name is taken, which the API may say at the start or at the end.
 */
export function uploader({ baseUrl, unbilled }: Route) {
  return async (
    file: NewFile,
    name: string,
    signal: AbortSignal,
    onArrived: (bytes: number) => void = () => {},
  ): Promise<Uint8Array | null> => {
    const what = `Uploading ${file.displayName}`;
    const url = await start(file, name, { signal, what });
    if (url === null) return null;
    const interrupted = new Failure('unavailable', `${what} was interrupted.`, {
      charged: 'no',
      repeat: true,
    });
    let offset = 0;
    for await (const piece of pieces(file)) {
      const end = offset + piece.byteLength;
      let sent = 0;
      do {
        if (sent > MOST_RESUMED) throw interrupted;
        sent += 1;
        const rest = piece.subarray(piece.byteLength - (end - offset));
        const progress = await put({ url, what, signal }, rest, offset, end === file.bytes);
        if (progress === 'taken') return null;
        if (progress === 'lost') throw interrupted;
        if ('final' in progress) return progress.final;
        if (progress.received > end) throw interrupted;
        offset = progress.received;
        onArrived(offset);
      } while (offset < end);
    }
    throw interrupted;
  };

  function put(
    { url, what, signal }: Session,
    body: Uint8Array,
    offset: number,
    isLast: boolean,
  ): Promise<Progress> {
    const headers = {
      'x-goog-upload-command': isLast ? 'upload, finalize' : 'upload',
      'x-goog-upload-offset': String(offset),
    };
    return unbilled.again(async () => {
      try {
        const request = { method: 'POST', url, headers, body } as const;
        const answer = await unbilled.call(request, { signal, what, once: true, accept: isTaken });
        if (isTaken(answer)) return 'taken';
        const isFinal = answer.headers.get('x-goog-upload-status') === 'final';
        return isFinal ? { final: answer.body } : { received: offset + body.byteLength };
      } catch (error) {
        if (!(error instanceof Failure && error.repeat)) throw error;
        const received = await arrived({ url, what, signal });
        if (received === offset) throw error;
        return received !== null && received > offset ? { received } : 'lost';
      }
    }, signal);
  }

  async function start(
    { displayName, mimeType, bytes }: NewFile,
    name: string,
    call: UnbilledCall,
  ): Promise<string | null> {
    const headers = {
      'content-type': 'application/json',
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(bytes),
      'x-goog-upload-header-content-type': mimeType,
    };
    const file = { name, displayName, mimeType, sizeBytes: String(bytes) };
    const request = { method: 'POST', url: `${baseUrl}/upload/v1beta/files`, headers } as const;
    const body = JSON.stringify({ file });
    const answer = await unbilled.call({ ...request, body }, { ...call, accept: isTaken });
    if (isTaken(answer)) return null;
    const url = answer.headers.get('x-goog-upload-url') ?? '';
    if (!URL.canParse(url)) {
      throw new Failure('unavailable', `${call.what} did not work: the API named no place for it.`, {
        charged: 'no',
      });
    }
    return behind(baseUrl, new URL(url));
  }

  /** How many bytes arrived when a piece got lost; null when the upload has ended, whether it worked or not. */
  async function arrived({ url, what, signal }: Session): Promise<number | null> {
    const headers = { 'x-goog-upload-command': 'query' };
    const request = { method: 'POST', url, headers, body: null } as const;
    const answer = await unbilled.call(request, { signal, what, accept: isGone });
    const stated = answer.headers.get('x-goog-upload-size-received') ?? '';
    return !isGone(answer) && /^\d+$/.test(stated) ? Number(stated) : null;
  }
}

/**
 * Behind a gateway the API names its own host and path; the key goes to the host that the user named, and the gateway
 * finds the API under the path that it was named with. A gateway that rewrites the address names that path itself.
 */
function behind(baseUrl: string, { pathname, search }: URL): string {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const path = pathname.startsWith(`${prefix}/`) ? pathname : `${prefix}${pathname}`;
  return `${base.origin}${path}${search}`;
}

const CONFLICT = 409;
const Taken = z.object({ error: z.object({ code: z.literal(CONFLICT) }) });

/** The status says it, or only the body of a good answer: https://github.com/googleapis/python-genai/issues/913 */
const isTaken = ({ status, body }: Exchange): boolean =>
  status === CONFLICT || Taken.safeParse(jsonIn(body)).success;

/** Cuts the file into the pieces that are sent; an empty file is one empty piece. */
async function* pieces({ bytes, read, displayName }: NewFile): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let held = 0;
  let total = 0;
  for await (const chunk of read()) {
    let rest = chunk;
    total += chunk.byteLength;
    while (held + rest.byteLength >= PIECE) {
      const part = rest.subarray(0, PIECE - held);
      rest = rest.subarray(part.byteLength);
      yield Buffer.concat([...waiting, part]);
      waiting = [];
      held = 0;
    }
    if (rest.byteLength > 0) waiting.push(rest);
    held += rest.byteLength;
  }
  if (total !== bytes)
    throw new Failure('usage', `${displayName} changed while it was read.`, { charged: 'no' });
  if (held > 0 || bytes === 0) yield Buffer.concat(waiting);
}
