import { MOST_JOB_BYTES, MOST_JOB_REQUESTS, queueLimit, type Tier } from '../catalogue/account-limits.ts';
import type { Quote } from '../pricing/types.ts';
import type { Order } from '../order/order.ts';
import { counted, thousands } from '../text/text.ts';
import { FILE_KEPT_MS } from '../catalogue/input-limits.ts';

/** The limits of one job. */
export const mostOf = (model: string, tier: Tier): JobSize => ({
  requests: MOST_JOB_REQUESTS,
  bytes: MOST_JOB_BYTES,
  tokens: queueLimit(model, tier),
});

/** Google does not say whether its queue counts what will come out, so it is counted. */
export const tokensOf = ({ lines }: Pick<Quote, 'lines'>): number =>
  lines.reduce((sum, { unit, quantity }) => (unit === 'token' ? sum + quantity : sum), 0);

/** "about 4,560 of the 2,000,000 tokens that tier 1 may queue" */
export const inQueue = (tokens: number, model: string, tier: Tier): string =>
  `about ${thousands(tokens)} of the ${thousands(queueLimit(model, tier))} tokens that tier ${tier} may queue`;

/** How many requests make the pictures of an order. */
export const requestsOf = ({ model, count }: Pick<Order, 'model' | 'count'>): number =>
  Math.ceil(count / model.maxPerRequest);

/** An order in the batch lane: "1 job of 3 requests, about 4,560 of the 2,000,000 tokens that tier 1 may queue" */
export function asJobs(order: Order, quote: Quote, tier: Tier): string {
  const { model } = order;
  const requests = requestsOf(order);
  const tokens = tokensOf(quote);
  const { perJob, rounds } = throughQueue(model.id, tier, requests, tokens / requests);
  const jobs = Math.ceil(requests / perJob);
  const wait = rounds > 1 ? `: ${roundsSentence(rounds)}` : '';
  return `${counted(jobs, 'job')} of ${counted(requests, 'request')}, ${inQueue(tokens, model.id, tier)}${wait}`;
}

/** How requests get through the batch lane of an account, which holds so many tokens at a time. */
export interface QueueRounds {
  readonly perJob: number;
  /** Requests that may wait together. */
  readonly atOnce: number;
  /** How often the queue is filled, up to a day each. */
  readonly rounds: number;
}

/** `tokens` are those of one request. */
export function throughQueue(model: string, tier: Tier, requests: number, tokens: number): QueueRounds {
  const most = mostOf(model, tier);
  const atOnce = Math.max(1, Math.floor(most.tokens / Math.max(1, Math.ceil(tokens))));
  return {
    perJob: Math.min(most.requests, atOnce),
    atOnce,
    rounds: Math.ceil(requests / atOnce),
  };
}

/** "23 rounds through the queue, up to 23 days" */
export const roundsSentence = (rounds: number): string =>
  `${counted(rounds, 'round')} through the queue, up to ${counted(rounds, 'day')}`;

/** The size of a job, or the most that it may have. */
export interface JobSize {
  readonly requests: number;
  readonly bytes: number;
  readonly tokens: number;
}

/** What one request adds to a job. */
export type RequestSize = Omit<JobSize, 'requests'>;

/** Requests in their order, in as few jobs as the limits allow. What is too large for any job has one of its own. */
export function chunks<T extends RequestSize>(
  requests: readonly T[],
  most: JobSize,
): readonly (readonly T[])[] {
  const jobs: T[][] = [];
  let room: JobSize = { requests: 0, bytes: 0, tokens: 0 };
  for (const request of requests) {
    const { bytes, tokens } = request;
    const fits = room.requests >= 1 && room.bytes >= bytes && room.tokens >= tokens;
    if (!fits) {
      jobs.push([]);
      room = most;
    }
    jobs.at(-1)?.push(request);
    room = {
      requests: room.requests - 1,
      bytes: room.bytes - bytes,
      tokens: room.tokens - tokens,
    };
  }
  return jobs;
}

const HOUR_MS = 3_600_000;
/** Google means to be done with a job within a day: https://ai.google.dev/gemini-api/docs/batch-api, checked 2026-11-22. */
const AIM_MS = 24 * HOUR_MS;

/** A job that is not done, as far as it matters whether it waits to be fetched. */
export interface Waiting {
  /** It ended, as far as anybody here heard. */
  readonly ended: boolean;
  /** When it ended, or else when it was sent or planned. */
  readonly since: number;
}

/** Which jobs wait to be fetched, and how long their results last, as a sentence without its full stop; null: none. */
export function dueSentence(jobs: readonly Waiting[], now: number): string | null {
  const due = jobs.filter(({ ended, since }) => ended || now - since >= AIM_MS);
  if (due.length === 0) return null;
  const left = Math.min(...due.map(({ since }) => since)) + FILE_KEPT_MS - now;
  const many = due.length > 1;
  const end =
    left <= 0
      ? `${many ? 'some of whose' : 'whose'} results may be gone already`
      : `${many ? 'the first results of which' : 'whose results'} may be gone in ${counted(Math.ceil(left / HOUR_MS), 'hour')}`;
  return `${counted(due.length, 'batch job')} to fetch, ${end}`;
}
