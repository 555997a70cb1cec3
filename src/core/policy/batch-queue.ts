import { MOST_JOB_BYTES, MOST_JOB_REQUESTS, queueLimit, type Tier } from '../catalogue/account-limits.ts';
import { chunks, type JobSize } from '../chunks.ts';
import type { Quote } from '../pricing/types.ts';
import type { Order } from '../order/order.ts';
import { counted } from '../text/text.ts';

/** What one job may come to. */
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
  `about ${tokens.toLocaleString('en-US')} of the ${queueLimit(model, tier).toLocaleString('en-US')} tokens that tier ${tier} may queue`;

/** An order in the batch lane: "1 job of 3 requests, about 4,560 of the 2,000,000 tokens that tier 1 may queue" */
export function asJobs({ model, count }: Order, quote: Quote, tier: Tier): string {
  const requests = Math.ceil(count / model.maxPerRequest);
  const tokens = tokensOf(quote);
  const each = Math.ceil(tokens / requests);
  const all = Array.from({ length: requests }, () => ({ bytes: 0, tokens: each }));
  const jobs = chunks(all, mostOf(model.id, tier)).length;
  return `${counted(jobs, 'job')} of ${counted(requests, 'request')}, ${inQueue(tokens, model.id, tier)}`;
}
