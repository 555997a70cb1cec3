import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { header, parseJson } from '../http/call.ts';
import type { Call } from '../http/call.ts';
import type { Random } from '../random.ts';
import { readMessage } from '../http/fields.ts';
import { describe } from './files.ts';
import type { Files, NewFile } from './files.ts';
import { uploadRequest } from '../messages.ts';
import { parseMultipart } from './multipart.ts';
import { invalid, Problem } from '../http/problem.ts';

/** The most a file may weigh: https://ai.google.dev/gemini-api/docs/files, checked 2026-11-22; the sandbox takes half. */
const MAX_FILE = 1024 ** 3;
const GRANULARITY = 8 * 1024 * 1024;
const UNKNOWN_TYPE = 'application/octet-stream';

interface Session {
  readonly file: NewFile;
  readonly expected: number | null;
  readonly chunks: Buffer[];
  received: number;
}

/** Uploads in one go, or resumable: a start, any number of chunks, and an end. */
export function uploads(
  files: Files,
  random: Random,
): { handle(call: Call): Promise<HttpResponse>; reset(): void } {
  const sessions = new Map<string, Session>();

  const stored = async (call: Call, file: NewFile, bytes: Buffer, headers = {}): Promise<HttpResponse> =>
    jsonResponse({ file: await describe(files.of(call.key).upload(file, bytes), call.origin) }, { headers });

  const raw = async (call: Call): Promise<HttpResponse> =>
    stored(call, { mimeType: header(call, 'content-type') ?? UNKNOWN_TYPE }, await call.bytes(MAX_FILE));

  async function multipart(call: Call): Promise<HttpResponse> {
    const parts = parseMultipart(await call.bytes(MAX_FILE), header(call, 'content-type') ?? '');
    const [metadata, content] = parts;
    if (!metadata || !content) throw invalid('A multipart upload has two parts: metadata and content.');
    const { file = {} } = readMessage(uploadRequest, parseJson(metadata.body), call.version);
    return stored(call, { ...file, mimeType: file.mimeType ?? content.type }, content.body);
  }

  async function start(call: Call): Promise<HttpResponse> {
    const { file = {} } = readMessage(uploadRequest, await call.json(), call.version);
    const expected = header(call, 'x-goog-upload-header-content-length');
    const type = header(call, 'x-goog-upload-header-content-type');
    const session = {
      file: { ...file, mimeType: file.mimeType ?? type ?? UNKNOWN_TYPE },
      expected: expected === undefined ? null : Number(expected),
      chunks: [],
      received: 0,
    };
    if (Number.isNaN(session.expected)) throw invalid('Invalid X-Goog-Upload-Header-Content-Length.');
    const id = random.name(40);
    sessions.set(id, session);
    const url = `${call.origin}/upload/${call.version}/files?upload_id=${id}&upload_protocol=resumable`;
    return {
      status: 200,
      headers: {
        'x-goog-upload-url': url,
        'x-goog-upload-control-url': url,
        'x-goog-upload-status': 'active',
        'x-goog-upload-chunk-granularity': String(GRANULARITY),
      },
      body: [],
    };
  }

  async function take(call: Call, session: Session): Promise<void> {
    const offset = Number(header(call, 'x-goog-upload-offset') ?? 0);
    if (offset !== session.received) {
      throw invalid(`Upload offset ${offset} does not match the ${session.received} bytes received.`);
    }
    const chunk = await call.bytes(MAX_FILE - session.received);
    session.chunks.push(chunk);
    session.received += chunk.length;
  }

  async function finish(call: Call, id: string, session: Session): Promise<HttpResponse> {
    if (session.expected !== null && session.expected !== session.received) {
      throw invalid(`Upload has ${session.received} bytes, but ${session.expected} were announced.`);
    }
    sessions.delete(id);
    return stored(call, session.file, Buffer.concat(session.chunks), { 'x-goog-upload-status': 'final' });
  }

  return {
    async handle(call) {
      const protocol = header(call, 'x-goog-upload-protocol') ?? call.query.get('uploadType');
      if (protocol === 'multipart') return multipart(call);
      if (protocol === 'raw' || protocol === 'media') return raw(call);
      const commands = (header(call, 'x-goog-upload-command') ?? '').split(',').map((word) => word.trim());
      if (commands.includes('start')) return start(call);
      const id = call.query.get('upload_id') ?? '';
      const session = sessions.get(id);
      if (!session) throw new Problem('NOT_FOUND', 'Upload not found.');
      if (commands.includes('cancel')) {
        sessions.delete(id);
        return { status: 200, headers: { 'x-goog-upload-status': 'cancelled' }, body: [] };
      }
      if (commands.includes('upload')) await take(call, session);
      if (commands.includes('finalize')) return finish(call, id, session);
      if (!commands.some((command) => command === 'upload' || command === 'query')) {
        throw invalid('Invalid X-Goog-Upload-Command.');
      }
      const received = String(session.received);
      const headers = { 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': received };
      return { status: 200, headers, body: [] };
    },
    reset: () => sessions.clear(),
  };
}
