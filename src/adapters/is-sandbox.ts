import { isLoopback } from './http/loopback.ts';

/** Header by which our sandbox makes itself known, on every answer. */
const MARK = 'x-pixtab-sandbox';

/** A sandbox that serves hundreds of requests at once may be slow to answer. */
const PATIENCE_MS = 60_000;

/** Whether a sandbox answers at a base URL on this machine. Sends no key; other hosts are never asked. */
export async function isSandbox(baseUrl: string): Promise<boolean> {
  if (!isLoopback(new URL(baseUrl).hostname)) return false;
  try {
    const answer = await fetch(new URL('/', baseUrl), {
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    return answer.headers.get(MARK) === '1';
  } catch {
    return false;
  }
}
