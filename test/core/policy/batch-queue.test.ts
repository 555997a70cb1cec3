import { describe, expect, it } from 'vitest';
import { quote } from '../../../src/core/pricing/quote.ts';
import { asJobs, mostOf, requestsOf, tokensOf } from '../../../src/core/policy/batch-queue.ts';
import { thousands } from '../../../src/core/text/text.ts';
import { anOrder } from '../../support/pricing.ts';

const lite = (count: number) => anOrder('gemini-3.1-flash-lite-image', { lane: 'batch', count });
const said = (count: number, tier: 1 | 2 | 3): string =>
  asJobs(lite(count), quote(lite(count), '2026-11-22'), tier);

describe('an order in the batch lane', () => {
  it('is one job while the account may queue its tokens', () => {
    expect(said(3, 1)).toMatch(/^1 job of 3 requests, about 4,5\d\d of the 2,000,000 tokens that tier 1 /);
  });

  it.each([
    [1_400, 1, 2],
    [1_400, 3, 2],
    [1_000, 3, 1],
    [5_000, 1, 5],
  ] as const)('of %i pictures is, at tier %i, %i jobs', (count, tier, jobs) => {
    expect(said(count, tier)).toMatch(new RegExp(`^${jobs} jobs? of ${thousands(count)} requests`));
  });

  it('says how often the queue is filled where it does not hold all of them', () => {
    expect(said(30_000, 1)).toContain(': 23 rounds through the queue, up to 23 days');
    expect(said(1_000, 1)).not.toContain('round');
  });

  it('counts tokens, not pictures or searches', () => {
    const { lines } = quote(lite(2), '2026-11-22');
    const all = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(tokensOf({ lines })).toBe(all);
    const [first] = lines;
    if (!first) throw new Error('no line');
    expect(tokensOf({ lines: [...lines, { ...first, unit: 'search', quantity: 7 }] })).toBe(all);
  });

  it('needs a request for as many pictures as one may bring', () => {
    const { model } = anOrder('imagen-4.0-generate-001');
    expect([1, 4, 5, 8].map((count) => requestsOf({ model, count }))).toEqual([1, 1, 2, 2]);
  });

  it('has the least limit where none is known', () => {
    expect(mostOf('gemini-nano-banana-2.1', 1).tokens).toBe(1_000_000);
  });
});
