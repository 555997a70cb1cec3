import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { Failure, restated } from '../../core/errors.ts';
import { verdict, type RetryPolicy } from '../../core/policy/retry.ts';
import { printable } from '../../core/text/text.ts';
import type { Clock } from '../../ports/index.ts';
import { openAgent } from '../http/engine.ts';
import { brokeBy, collect, joined, MAX_ERROR } from '../http/fetch.ts';
import { bodyOf } from '../http/over-fetch.ts';
import { patienceWithin } from '../http/patience.ts';
import type { ProxySettings } from '../http/proxy.ts';
import { unpaused } from '../http/unpaused.ts';
import type { Agent } from '../http/watch.ts';
import type { Access } from './access.ts';
import { errorIn, SKEWED } from './answers.ts';

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Answers that are expected beside 200 to 299. */
  readonly also?: readonly number[];
  /** The largest good answer in bytes, where it is no object. */
  readonly mostBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers: Headers;
}

export interface Tries {
  /** Ends the tries; a request that is under way goes on. */
  readonly stop: AbortSignal;
  /** Ends that one too. */
  readonly leave: AbortSignal;
  /** Whether an earlier send may have done already what this one asks for. */
  readonly again?: { before: boolean };
}

export interface RequestContext {
  readonly clock: Clock;
  readonly proxy: ProxySettings | null;
  readonly retries?: RetryPolicy;
}

const SILENCE_MS = 30_000;
// As much as a picture of any model and its head have; answers of a kilobyte are usual otherwise.
const MOST_BYTES = 256 * 1024 * 1024;
/** Sending again costs nothing here: whatever came of it is looked at. */
const RETRIES = { retries: 5, budgetMs: 60_000 };
const NOTHING = new Uint8Array();

/** Sends requests about one bucket, again where that makes sense. Failure says why not, and was free. */
export function requestsTo(
  name: string,
  access: Access,
  { clock, proxy, retries = RETRIES }: RequestContext,
): (request: Request, tries: Tries) => Promise<Answer> {
  let agent: Promise<Agent> | null = null;
  /** How far the clock of the service is ahead of this machine's, as far as it matters. */
  let aheadMs = 0;

  async function once(
    {
      method,
      key = '',
      query = {},
      headers = {},
      body = NOTHING,
      also = [],
      mostBytes = MOST_BYTES,
    }: Request,
    leave: AbortSignal,
  ): Promise<Answer> {
    const path = [name, ...key.split('/')].map(encodeURIComponent).join('/');
    const signed = await new AwsV4Signer({
      ...access,
      service: 's3',
      method,
      url: `${access.endpoint}/${path}?${new URLSearchParams(query).toString()}`,
      // The server takes no bytes but these. Headers with further checksums are left out: not every service knows them.
      headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      body,
      datetime: new Date(clock.now() + aheadMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    }).sign();
    const patience = patienceWithin({ timeoutMs: SILENCE_MS });
    try {
      const init: RequestInit = {
        method,
        headers: signed.headers,
        body: method === 'PUT' || method === 'POST' ? body : null,
        redirect: 'manual',
        signal: AbortSignal.any([patience.signal, leave]),
      };
      const response = await fetch(
        signed.url,
        Object.assign(init, { dispatcher: unpaused(await (agent ??= openAgent(proxy, access.endpoint))) }),
      );
      patience.heard();
      const chunks: Uint8Array[] = [];
      const most = response.ok ? mostBytes : MAX_ERROR;
      if (!(await collect({ body: bodyOf(response) }, chunks, most, patience.heard)) && response.ok)
        throw new Failure('unavailable', `The bucket ${name} sent more than it can have to say.`, {
          charged: 'no',
        });
      const answer = { status: response.status, body: joined(chunks), headers: response.headers };
      if (response.ok || also.includes(response.status)) return answer;
      const failure = errorIn(answer, response.headers, name);
      if (!failure.message.includes(SKEWED) || aheadMs !== 0) throw failure;
      // The service takes no other time than its own, and says that: a clock that is wrong is no reason to stop.
      aheadMs = (Date.parse(response.headers.get('date') ?? '') || clock.now()) - clock.now();
      throw restated(failure, { repeat: aheadMs !== 0 });
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { by, code, message } = brokeBy(error, leave, patience.signal);
      if (by === 'caller') throw cancelled();
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

  const cancelled = (): Failure =>
    new Failure('cancelled', `Cancelled while the bucket ${name} was asked.`, { charged: 'no' });

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      throw signal.aborted ? cancelled() : error;
    }
  }

  return async function send(request, { stop, leave, again = { before: false } }) {
    let waitedMs = 0;
    for (let sends = 1; ; sends += 1) {
      try {
        return await once(request, leave);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const next = verdict(error, retries, { sends, waitedMs }, clock.random());
        if ('stop' in next) throw next.stop;
        again.before = true;
        await wait(next.waitMs, stop);
        waitedMs += next.waitMs;
      }
    }
  };
}
