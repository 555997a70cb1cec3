import { startSandbox } from '../../src/sandbox/server.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.ts';
import type { Painter } from '../../src/sandbox/placeholders.ts';
import type { Clock } from '../../src/ports/index.ts';

export const KEY = 'AIza-test-key';

/** Time stands still until a sleep moves it. */
export function testClock(start = Date.UTC(2026, 10, 22, 12)): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
    },
    random: () => 0.5,
    advance(ms) {
      now += ms;
    },
  };
}

/** Bytes with the right head for their type and size, and different for different wishes. */
export const testPainter: Painter = {
  async paint({ prompt, width, height, mimeType, variant }) {
    const words = Buffer.from(`${prompt} #${variant} `.repeat(3));
    return Buffer.concat([
      mimeType === 'image/png' ? pngHead(width, height) : jpegHead(width, height),
      words,
    ]);
  },
};

export function pngHead(width: number, height: number): Buffer {
  const head = Buffer.alloc(24);
  head.write('89504e470d0a1a0a0000000d49484452', 'hex');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

export function jpegHead(width: number, height: number): Buffer {
  const head = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffc0001108000000000301220002110103110100',
    'hex',
  );
  const frame = head.indexOf(Buffer.from('ffc0', 'hex'));
  head.writeUInt16BE(height, frame + 5);
  head.writeUInt16BE(width, frame + 7);
  return head;
}

export interface Running extends Sandbox, AsyncDisposable {
  readonly log: readonly string[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export async function running(options: Partial<SandboxOptions> = {}): Promise<Running> {
  const log: string[] = [];
  const sandbox = await startSandbox({
    clock: testClock(),
    painter: testPainter,
    onRequest: (line) => log.push(line),
    ...options,
  });
  return {
    ...sandbox,
    log,
    post: (path, body, headers = {}) =>
      fetch(sandbox.url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'x-goog-api-key': KEY, ...headers },
      }),
    get: (path, headers = {}) =>
      fetch(sandbox.url + path, { headers: { 'x-goog-api-key': KEY, ...headers } }),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

export const LITE = 'gemini-3.1-flash-lite-image';
export const PRO = 'gemini-3-pro-image';

export const generatePath = (model: string): string => `/v1beta/models/${model}:generateContent`;

export function asking(prompt: string, generationConfig: Record<string, unknown> = {}): unknown {
  return {
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    generationConfig: { responseModalities: ['IMAGE'], ...generationConfig },
  };
}

/** JSON of any shape, to look into. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export const json = async (response: Response): Promise<Json> => response.json();
