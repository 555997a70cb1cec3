import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../src/adapters/page/serve.ts';
import type { SiteAnswer, SiteRequest } from '../../../src/ports/index.ts';

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A site that says what it was asked, and a way to ask it anything. */
async function site(answer: (request: SiteRequest) => Promise<SiteAnswer | null> = echo) {
  const { url, close } = await serve(answer);
  const { port, pathname } = new URL(url);
  async function ask({ method = 'GET', path = pathname, headers = {} }: Asked = {}): Promise<Answered> {
    const sent = request({ host: '127.0.0.1', port, method, path, headers });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = Buffer.concat(await response.toArray()).toString();
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }
  return { url, port, pathname, ask, [Symbol.asyncDispose]: close };
}

const echo = async ({ path, query }: SiteRequest): Promise<SiteAnswer> => ({
  type: 'application/json',
  body: JSON.stringify({ path, query: Object.fromEntries(query) }),
});

describe('a site', () => {
  it('answers who knows its address', async () => {
    await using it = await site();
    const { status, body, headers } = await it.ask({ path: `${it.pathname}data/rows?search=a%20cat` });
    expect([status, JSON.parse(body)]).toEqual([200, { path: 'data/rows', query: { search: 'a cat' } }]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(await it.ask({ method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    const local = await it.ask({ headers: { host: `localhost:${it.port}` } });
    expect(local.status).toBe(200);
  });

  it('has an address that is another one each time, and long enough that nobody guesses it', async () => {
    await using one = await site();
    await using other = await site();
    expect(one.pathname).toMatch(/^\/[\w-]{24}\/$/);
    expect(one.pathname).not.toBe(other.pathname);
  });

  it('lets a page load nothing from elsewhere, run no script of its own words, and stand in no other page', async () => {
    await using it = await site();
    const { headers } = await it.ask();
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it.each<[string, number, (port: string) => Asked]>([
    ['without its token', 404, () => ({ path: '/' })],
    ['with another token', 404, () => ({ path: `/${'A'.repeat(24)}/` })],
    ['at another host, as DNS rebinding does', 421, () => ({ headers: { host: 'evil.example' } })],
    ['at another port', 421, () => ({ headers: { host: '127.0.0.1:1' } })],
    ['by a name of its own', 421, (port) => ({ headers: { host: `evil.example:${port}` } })],
    ['from another site', 403, () => ({ headers: { origin: 'https://evil.example' } })],
    ['from a sandboxed frame', 403, () => ({ headers: { origin: 'null' } })],
    ['from another port', 403, () => ({ headers: { origin: 'http://127.0.0.1:1' } })],
    [
      'for another site',
      403,
      () => ({ headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } }),
    ],
    [
      'for a frame of another site',
      403,
      () => ({
        headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      }),
    ],
    ['for another port', 403, () => ({ headers: { 'sec-fetch-site': 'same-site' } })],
    ...(['POST', 'PUT', 'DELETE', 'OPTIONS'] as const).map(
      (method) => [`by ${method}`, 405, () => ({ method })] as [string, number, () => Asked],
    ),
  ])('refuses what is asked %s', async (_, status, asked) => {
    const seen: string[] = [];
    await using it = await site(async ({ path }) => {
      seen.push(path);
      return { type: 'text/plain', body: 'secret' };
    });
    const answered = await it.ask(asked(it.port));
    expect(answered.status).toBe(status);
    expect(answered.body).not.toContain('secret');
    expect(seen).toEqual([]);
  });

  it('opens where somebody followed a link to it', async () => {
    await using it = await site();
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await it.ask({ headers })).status).toBe(200);
  });

  it('says what there is not, what is no path, and what failed, and goes on', async () => {
    await using it = await site(async ({ path }) => {
      if (path === 'broken') throw new Error('the ledger is locked');
      return path === '' ? { type: 'text/plain', body: 'here' } : null;
    });
    expect(await it.ask({ path: `${it.pathname}nothing` })).toMatchObject({ status: 404 });
    expect(await it.ask({ path: `${it.pathname}%E0%A4%A` })).toMatchObject({ status: 404 });
    expect(await it.ask({ path: '//' })).toMatchObject({ status: 404 });
    const broken = await it.ask({ path: `${it.pathname}broken` });
    expect([broken.status, broken.body]).toEqual([500, 'pixtab: the ledger is locked\n']);
    expect((await it.ask()).body).toBe('here');
  });

  it('tells the one who answers that whoever asked went away', async () => {
    let begin = (_: AbortSignal): void => {};
    const begun = new Promise<AbortSignal>((resolve) => {
      begin = resolve;
    });
    const ended = (signal: AbortSignal): Promise<void> =>
      new Promise((done) => {
        signal.addEventListener('abort', () => done());
      });
    await using it = await site(async ({ signal }) => {
      begin(signal);
      await ended(signal);
      return null;
    });
    const sent = request({ host: '127.0.0.1', port: it.port, path: it.pathname });
    sent.on('error', () => {});
    sent.end();
    const signal = await begun;
    const gone = ended(signal);
    sent.destroy();
    await gone;
    expect(signal.aborted).toBe(true);
  });
});
