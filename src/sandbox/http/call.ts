import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ApiVersion } from './fields.ts';
import { detail, invalid } from './problem.ts';

/** What inline data may weigh: https://ai.google.dev/gemini-api/docs/changelog of 2026-01-08, checked 2026-11-22. */
export const MAX_BODY = 100 * 1024 * 1024;

export interface Call {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly version: ApiVersion;
  /** The parts of the path that name something. */
  readonly names: readonly string[];
  /** Empty where there is none. */
  readonly key: string;
  /** The address of the API, as the client calls it, without a version. */
  readonly origin: string;
  bytes(limit?: number): Promise<Buffer>;
  json(): Promise<unknown>;
}

export function header(call: Pick<Call, 'headers'>, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

export async function readBytes(request: IncomingMessage, limit = MAX_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even if too large: a client that is still sending would not see the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit + 4 * MAX_BODY) break;
  }
  if (size > limit) throw invalid(`Request payload size exceeds the limit: ${limit} bytes.`);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? unzip(body, limit) : body;
}

async function unzip(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw invalid(`Request payload size exceeds the limit: ${limit} bytes.`);
    throw invalid('Failed to decompress the request body.');
  }
}

export function parseJson(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw unparsed('Invalid UTF-8 byte sequence.');
  }
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw unparsed(`Unexpected token.\n${text.trimStart().slice(0, 20)}\n^`);
  }
}

function unparsed(why: string): Error {
  const description = `Invalid JSON payload received. ${why}`;
  return invalid(description, [detail('BadRequest', { fieldViolations: [{ description }] })]);
}

/** A time as the API writes it. */
export const iso = (ms: number): string => new Date(ms).toISOString();
