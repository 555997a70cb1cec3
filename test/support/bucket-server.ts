import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * How the next request is answered in the place of what was asked; `lost` does it, and breaks the connection, `stalled`
 * does it, and says nothing.
 */
export type BucketFault =
  | 'lost'
  | 'stalled'
  | 'broken'
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };

export interface BucketServer extends AsyncDisposable {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  readonly requests: string[];
  readonly headers: readonly IncomingMessage['headers'][];
  readonly uploads: ReadonlySet<string>;
  readonly faults: BucketFault[];
  /** How every request of a method is answered, as long as it is here. */
  readonly refusals: Map<string, BucketFault>;
  /** How long objects have been there, in milliseconds; those that are not in it have just come. */
  readonly ages: Map<string, number>;
  /** Breaks every connection. */
  hangUp(): void;
  /** Requests of which not all came yet. */
  arriving(): number;
  /** Called when a request was obeyed, before it is answered. */
  afterwards: (request: string) => void;
}

const PAGE = 3;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&#39;');

/**
 * As much of S3 as pixtab asks for, with one bucket, "pictures", that lists three keys a page. A simple one knows
 * neither conditions nor encoded keys.
 */
export async function bucketServer({ isSimple = false } = {}): Promise<BucketServer> {
  const objects = new Map<string, Buffer>();
  const uploads = new Set<string>();
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const faults: BucketFault[] = [];
  const refusals = new Map<string, BucketFault>();
  let arriving = 0;
  const ages = new Map<string, number>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://here');
    const [bucket, ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    const key = rest.join('/');
    arriving += 1;
    const body = await buffer(request).finally(() => (arriving -= 1));
    requests.push(`${request.method} ${key}${url.search.replace(/=?&?$/, '')}`);
    headers.push(request.headers);
    const end = (status: number, content: string | Buffer = '') => {
      if (content !== '') response.setHeader('content-length', Buffer.byteLength(content));
      return response.writeHead(status).end(content);
    };
    const fail = (status: number, code: string) =>
      end(status, `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>No &amp; no</Message></Error>`);
    const fault = refusals.get(request.method ?? '') ?? faults.shift();
    if (fault === 'broken') return void request.socket.destroy();
    if (typeof fault === 'object')
      return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    if (
      !/^AWS4-HMAC-SHA256 Credential=me\/\d{8}\/here\/s3\/aws4_request/.test(
        request.headers.authorization ?? '',
      )
    )
      return void fail(403, 'AccessDenied');
    if (request.headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex'))
      return void fail(400, 'XAmzContentSHA256Mismatch');
    if (bucket !== 'pictures') return void fail(404, 'NoSuchBucket');
    const did = handle(request, url.searchParams, key, body);
    here.afterwards(requests.at(-1) ?? '');
    if (fault === 'lost') return void request.socket.destroy();
    if (fault === 'stalled') return;
    response.setHeader('last-modified', new Date(Date.now() - (ages.get(key) ?? 0)).toUTCString());
    if (typeof did === 'string') fail(did === 'NoSuchKey' ? 404 : 412, did);
    else end(did.status, did.content);
  }

  function handle(request: IncomingMessage, query: URLSearchParams, key: string, body: Buffer) {
    const there = objects.get(key);
    if (query.has('uploads')) {
      uploads.add(`${key}!`);
      return {
        status: 200,
        content: `<InitiateMultipartUploadResult><UploadId>${key}!</UploadId></InitiateMultipartUploadResult>`,
      };
    }
    if (request.method === 'DELETE') {
      uploads.delete(query.get('uploadId') ?? '');
      if (!query.has('uploadId')) objects.delete(key);
      return { status: 204 };
    }
    if (request.method === 'PUT') {
      if (there !== undefined && !isSimple && request.headers['if-none-match'] === '*')
        return 'PreconditionFailed';
      objects.set(key, body);
      return { status: 200 };
    }
    if (key === '') return { status: 200, content: listing(query) };
    return there === undefined ? 'NoSuchKey' : { status: 200, content: there };
  }

  function listing(query: URLSearchParams): string {
    const all = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).toSorted();
    const from = Number(query.get('continuation-token')?.replace('after<&', '') ?? 0);
    const next = from + PAGE;
    const isCut = next < all.length;
    const keys = all
      .slice(from, next)
      .map(
        (key) =>
          `<Contents><Key>${isSimple ? escaped(key) : encodeURIComponent(key).replaceAll('%20', '+')}</Key></Contents>`,
      );
    const token = isCut ? `<NextContinuationToken>after&lt;&amp;${next}</NextContinuationToken>` : '';
    return `<ListBucketResult>${isSimple ? '' : '<EncodingType>url</EncodingType>'}<IsTruncated>${isCut}</IsTruncated>${token}${keys.join('')}</ListBucketResult>`;
  }

  const server = createServer((request, response) => {
    // Whoever asked may be gone before all of it came.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const here: BucketServer = {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    headers,
    uploads,
    faults,
    refusals,
    ages,
    hangUp: () => server.closeAllConnections(),
    arriving: () => arriving,
    afterwards: () => {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return here;
}

/** What a user sets to reach it. */
export const bucketAccess = ({ url }: Pick<BucketServer, 'url'>) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'here',
  AWS_ACCESS_KEY_ID: 'me',
  AWS_SECRET_ACCESS_KEY: 'only-I-know',
});
