import type { Bill } from '../../src/core/pricing/types.ts';
import { usd } from '../../src/core/pricing/money.ts';
import type { QuotedTerms } from '../../src/core/pricing/quoted-terms.ts';
import type { AttemptPlan, RunStart, SavedImage } from '../../src/ports/index.ts';

/** What tests of the books buy, unless they say otherwise. */
export function aRun(facts: Partial<RunStart> = {}): RunStart {
  return { runId: 'run-1', command: 'generate', at: 0, project: null, labels: [], ...facts };
}

export function aPlan(facts: Partial<AttemptPlan> = {}): AttemptPlan {
  return {
    attemptId: 'attempt-1',
    runId: 'run-1',
    model: 'small-model',
    wire: 'generateContent',
    lane: 'now',
    size: '1K',
    aspect: '16:9',
    images: 1,
    prompt: 'a lighthouse "at dusk"\nwith a second line, ⛵',
    low: usd('0.02'),
    expected: usd('0.03'),
    high: usd('0.04'),
    terms: { lines: aBill('0.03').lines, rates: null },
    save: { paths: ['out/lighthouse'], cwd: '/home/ada', format: null, quality: null, replace: false },
    ...facts,
  };
}

/** Prices that are not the catalogue's. */
export function theirTerms(): QuotedTerms {
  const cited = {
    platform: 'example.com',
    source: 'https://example.com/prices',
    checked: '2026-11-01',
    confidence: 'high',
  } as const;
  const rate = { lane: 'now', meter: 'image', price: usd('0.025'), per: 1, unit: 'image' } as const;
  const dated = { from: '2026-01-01', until: '2027-01-01' };
  return {
    lines: aBill('0.025').lines,
    rates: [
      { ...cited, ...rate, ...dated, size: '1K' },
      { ...cited, ...rate, ...dated, until: null, note: 'as agreed' },
    ],
  };
}

/** A bill of one line. */
export function aBill(amount: string, facts: Partial<Bill> = {}): Bill {
  const price = usd(amount);
  return {
    basis: 'metered',
    charged: 'yes',
    lines: [
      {
        meter: 'image output',
        quantity: 1120,
        unit: 'token',
        rate: usd('30'),
        per: 1_000_000,
        amount: price,
      },
    ],
    amount: price,
    ...facts,
  };
}

export function anImage(facts: Partial<SavedImage> = {}): SavedImage {
  return {
    path: 'out/lighthouse.png',
    mimeType: 'image/png',
    width: 1024,
    height: 576,
    bytes: 812_345,
    sha256: 'ab'.repeat(32),
    ...facts,
  };
}
