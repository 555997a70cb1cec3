import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Site, SiteAnswer, SiteRequest } from '../../ports/index.ts';

const HOST = '127.0.0.1';

/** Nothing from elsewhere, nothing inside the page, and the page inside of nothing. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const said = (status: number, body: string): SiteAnswer => ({ status, type: 'text/plain', body });

/**
 * Serves a site on the loopback interface, on a free port and below a token that nobody can guess. Names that lead to this
 * machine by another way (DNS rebinding), pages of other sites, and whatever would change something are refused.
 */
export async function serve(answer: (request: SiteRequest) => Promise<SiteAnswer | null>): Promise<Site> {
  const token = randomBytes(18).toString('base64url');
  let names: ReadonlySet<string> = new Set();

  async function answered(request: IncomingMessage, signal: AbortSignal): Promise<SiteAnswer> {
    const refusal = refused(request, names);
    if (refusal !== null) return refusal;
    const [whole = '', search = ''] = (request.url ?? '').split('?', 2);
    const [, given = '', ...rest] = whole.split('/');
    if (!isSame(given, token)) return said(404, 'The address lacks its token: take it from the terminal.\n');
    const path = decoded(rest.join('/'));
    const found = path === null ? null : await answer({ path, query: new URLSearchParams(search), signal });
    return found ?? said(404, 'There is nothing here.\n');
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    // Of many who asked and went away again while others were answered, this hears first.
    await new Promise(setImmediate);
    if (left.signal.aborted) return;
    const {
      status = 200,
      type,
      body,
      isFixed,
    } = await answered(request, left.signal).catch((error: unknown) =>
      said(500, `pixtab: ${error instanceof Error ? error.message : String(error)}\n`),
    );
    if (left.signal.aborted) return;
    const bytes = Buffer.from(body);
    response.writeHead(status, {
      ...HEADERS,
      'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
      'content-length': bytes.length,
      'cache-control': isFixed ? 'private, max-age=31536000, immutable' : 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  names = new Set([HOST, 'localhost'].map((name) => `${name}:${port}`));

  return {
    url: `http://${HOST}:${port}/${token}/`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Why a request is not answered; null where it may be. */
function refused({ method = '', headers }: IncomingMessage, names: ReadonlySet<string>): SiteAnswer | null {
  if (!names.has(headers.host ?? '')) return said(421, 'This site is on this machine alone.\n');
  if (method !== 'GET' && method !== 'HEAD') return said(405, 'This site can only be read.\n');
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`)
    return said(403, 'Other sites may not look in here.\n');
  const isOthers = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
  // A link that somebody follows is no look from outside.
  const isFollowed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isOthers && !isFollowed ? said(403, 'Other sites may not look in here.\n') : null;
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
