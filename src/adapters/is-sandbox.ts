import { connect } from 'node:net';
import { directEngine } from './http/direct.ts';
import { isLoopback } from './http/loopback.ts';

/** Header by which our sandbox makes itself known, on every answer. */
const MARK = 'x-pixtab-sandbox';

/** A sandbox that serves hundreds of requests at once may be slow to answer. */
const PATIENCE_MS = 60_000;

/** Whether a sandbox answers at a base URL on this machine. Sends no key; other hosts are never asked. */
export async function isSandbox(baseUrl: string): Promise<boolean> {
  if (!isLoopback(new URL(baseUrl).hostname)) return false;
  const engine = directEngine();
  try {
    const { status, headers } = await engine.send({
      method: 'GET',
      url: new URL('/', baseUrl).href,
      headers: {},
      body: null,
      signal: AbortSignal.timeout(PATIENCE_MS),
      onWrite: () => undefined,
      whole: false,
    });
    return headers.get(MARK) === '1' && !(status >= 300 && status < 400);
  } catch {
    return false;
  } finally {
    await engine.destroy();
  }
}

/** No request at all: whoever is there turns it away by itself, and what it serves neither sees nor counts it. */
const KNOCK = 'pixtab?\r\n\r\n';
const KNOCK_MS = 2_000;
/** More than the head of any answer has. */
const HEARD = 64 * 1024;

/** Whether a sandbox answers there, for a user who did not say so: another server must not notice the question. */
export async function isSandboxUnasked(baseUrl: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(baseUrl);
  if (protocol !== 'http:' || !isLoopback(hostname)) return false;
  const socket = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ''));
  const timer = setTimeout(() => socket.destroy(), KNOCK_MS);
  try {
    socket.end(KNOCK);
    let heard = '';
    for await (const chunk of socket) {
      heard += String(chunk);
      if (heard.length > HEARD) break;
    }
    return new RegExp(`^${MARK}: 1\r$`, 'im').test(heard);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
