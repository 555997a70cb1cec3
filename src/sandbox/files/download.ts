import type { HttpResponse } from '../http/response.ts';
import { header } from '../http/call.ts';
import type { Call } from '../http/call.ts';
import type { StoredFile } from './files.ts';
import { invalid } from '../http/problem.ts';

/** GET files/{file}:download?alt=media, whole or in part. Only what the API made can be fetched. */
export async function download(call: Call, file: StoredFile): Promise<HttpResponse> {
  if (call.query.get('alt') !== 'media') throw invalid('Download requires alt=media.');
  if (!file.generated)
    throw invalid(`File ${file.name} was uploaded: only generated files can be downloaded.`);
  const content = file.early.shift() ?? file.content;
  const size = await content.size();
  const headers = { 'content-type': file.mimeType, 'accept-ranges': 'bytes' };
  const wanted = header(call, 'range');
  if (wanted === undefined) {
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(size) },
      body: [],
      source: content.read(),
    };
  }
  const range = parseRange(wanted, size);
  if (!range) return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, body: [] };
  const { from, to } = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(to - from + 1),
      'content-range': `bytes ${from}-${to}/${size}`,
    },
    body: [],
    source: slice(content.read(), from, to),
  };
}

/** First and last byte; null when no byte is in it. */
function parseRange(text: string, size: number): { readonly from: number; readonly to: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(text.trim()) ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from <= to && from < size ? { from, to } : null;
}

async function* slice(
  source: AsyncIterable<Uint8Array>,
  from: number,
  to: number,
): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const chunk of source) {
    const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to + 1 - at));
    at += chunk.length;
    if (piece.length > 0) yield piece;
    if (at > to) return;
  }
}
