import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { Failure } from '../../core/errors.ts';
import { verdict } from '../../core/policy/retry.ts';
import { printable } from '../../core/text/text.ts';
import type { Clock } from '../../ports/index.ts';
import { openAgent } from '../http/engine.ts';
import { brokeBy, collect, joined } from '../http/fetch.ts';
import { bodyOf } from '../http/over-fetch.ts';
import { patienceWithin } from '../http/patience.ts';
import type { ProxySettings } from '../http/proxy.ts';
import { unpaused } from '../http/unpaused.ts';
import type { Agent } from '../http/watch.ts';
import type { Access } from './access.ts';
import { errorIn, listingIn, uploadIdIn } from './answers.ts';

/** Objects of one bucket. What goes wrong is a Failure `unavailable`, `auth` or `usage` that says why, and was free. */
export interface Bucket {
  /** null where there is none. */
  get(key: string): Promise<Uint8Array | null>;
  has(key: string): Promise<boolean>;
  /** False where there is one already and it is not to be replaced. */
  put(key: string, bytes: Uint8Array, options: { readonly replace: boolean }): Promise<boolean>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
  /** The keys that begin so. */
  keys(prefix: string): Promise<readonly string[]>;
  /** Proves that an object of this name could be written, and writes none; once a minute for each folder. */
  prove(key: string): Promise<void>;
}

interface Sent {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Answers that are expected beside 200 to 299. */
  readonly also?: readonly number[];
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

const SILENCE_MS = 30_000;
// As much as a picture of any model and its head have; answers of a kilobyte are usual otherwise.
const MOST_BYTES = 256 * 1024 * 1024;
/** Sending again costs nothing here: whatever came of it is looked at. */
const RETRIES = { retries: 5, budgetMs: 60_000 };
/** Long enough for all pictures of an order to rely on it. */
const PROOF_HOLDS_MS = 60_000;
const NOTHING = new Uint8Array();

export function bucketOf(
  name: string,
  access: Access,
  { clock, proxy }: { readonly clock: Clock; readonly proxy: ProxySettings | null },
): Bucket {
  let agent: Promise<Agent> | null = null;

  async function once({
    method,
    key = '',
    query = {},
    headers = {},
    body = NOTHING,
    also = [],
  }: Sent): Promise<Answer> {
    const path = [name, ...key.split('/')].map(encodeURIComponent).join('/');
    const signed = await new AwsV4Signer({
      ...access,
      service: 's3',
      method,
      url: `${access.endpoint}/${path}?${new URLSearchParams(query).toString()}`,
      // The server takes no bytes but these. Headers with further checksums are left out: not every service knows them.
      headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      body,
      datetime: new Date(clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    }).sign();
    const patience = patienceWithin({ timeoutMs: SILENCE_MS });
    try {
      const init: RequestInit = {
        method,
        headers: signed.headers,
        body: method === 'PUT' || method === 'POST' ? body : null,
        redirect: 'manual',
        signal: patience.signal,
      };
      const response = await fetch(
        signed.url,
        Object.assign(init, { dispatcher: unpaused(await (agent ??= openAgent(proxy, access.endpoint))) }),
      );
      patience.heard();
      const chunks: Uint8Array[] = [];
      if (!(await collect({ body: bodyOf(response) }, chunks, MOST_BYTES, patience.heard)))
        throw new Failure('unavailable', `The bucket ${name} sent more than any picture has.`, {
          charged: 'no',
        });
      const answer = { status: response.status, body: joined(chunks) };
      if (response.ok || also.includes(response.status)) return answer;
      throw errorIn(answer, response.headers, name);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { by, code, message } = brokeBy(error, new AbortController().signal, patience.signal);
      const why = by === 'timeout' ? 'it is silent' : code || message;
      throw new Failure('unavailable', `The bucket ${name} cannot be reached: ${printable(why)}.`, {
        charged: 'no',
        repeat: true,
        cause: error,
      });
    } finally {
      patience.end();
    }
  }

  /** `again`: whether an earlier send may have done already what this one asks for. */
  async function send(request: Sent, again = { before: false }): Promise<Answer> {
    let waitedMs = 0;
    for (let sends = 1; ; sends += 1) {
      try {
        return await once(request);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const next = verdict(error, RETRIES, { sends, waitedMs }, clock.random());
        if ('stop' in next) throw next.stop;
        again.before = true;
        await clock.sleep(next.waitMs);
        waitedMs += next.waitMs;
      }
    }
  }

  async function get(key: string): Promise<Uint8Array | null> {
    const { status, body } = await send({ method: 'GET', key, also: [404] });
    return status === 404 ? null : body;
  }

  const has = async (key: string): Promise<boolean> =>
    (await send({ method: 'HEAD', key, also: [404] })).status !== 404;

  async function put(
    key: string,
    body: Uint8Array,
    { replace }: { readonly replace: boolean },
  ): Promise<boolean> {
    if (replace) {
      await send({ method: 'PUT', key, body });
      return true;
    }
    // Some services do not know the condition, so what is there is looked for as well.
    if (await has(key)) return false;
    const again = { before: false };
    const { status } = await send(
      { method: 'PUT', key, body, headers: { 'if-none-match': '*' }, also: [409, 412] },
      again,
    );
    if (status < 300) return true;
    // An answer that was lost may have been about this very object.
    const there = again.before ? await get(key) : null;
    return there !== null && Buffer.compare(there, body) === 0;
  }

  async function remove(key: string): Promise<void> {
    await send({ method: 'DELETE', key, also: [404] });
  }

  async function keys(prefix: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let token: string | null = ''; token !== null;) {
      const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix };
      if (token !== '') query['continuation-token'] = token;
      const page = listingIn((await send({ method: 'GET', query })).body);
      found.push(...page.keys);
      token = page.next;
    }
    return found;
  }

  /** When each folder was last seen to take objects: permissions are given for folders. */
  const proven = new Map<string, number>();
  async function prove(key: string): Promise<void> {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const since = proven.get(folder);
    if (since !== undefined && clock.now() - since < PROOF_HOLDS_MS) return;
    // An upload in parts that is begun and given up needs the same permission, and leaves nothing.
    const { body } = await send({ method: 'POST', key, query: { uploads: '' } });
    const abandon: Sent = { method: 'DELETE', key, query: { uploadId: uploadIdIn(body, name) } };
    // Where it may not be given up, the bucket has it as an upload that nobody ended, which its rules clear away.
    await send(abandon).catch(() => undefined);
    proven.set(folder, clock.now());
  }

  return { get, has, put, remove, keys, prove };
}
