import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import type { Books, Job } from '../../src/ports/index.ts';
import type { Advanced } from '../../src/purchase/batch/types.ts';
import type { Purchase, PurchaseResult } from '../../src/purchase/buy.ts';
import { ended, forgetOld } from '../../src/purchase/run-end.ts';
import { aRun } from '../support/purchases.ts';

const full = new Failure('disk', 'The ledger is full.');

/** Books that note what they are told; `jobs` are those that the ledger knows. */
function books({
  jobs = [],
  isFull = false,
}: { readonly jobs?: readonly Partial<Job>[]; isFull?: boolean } = {}) {
  const told: unknown[][] = [];
  const note = async (...words: unknown[]): Promise<void> => {
    if (isFull) throw full;
    told.push(words);
  };
  const ledger = {
    forget: (before: number) => note('forget', before),
    end: (runId: string, outcome: string) => note('end', runId, outcome),
    jobs: { list: async () => jobs },
  };
  const alarms: string[] = [];
  return {
    told,
    alarms,
    books: { ledger } as unknown as Books,
    terminal: { alarm: (line: string) => void alarms.push(line) },
  };
}

const inJob = (status: Advanced['status']): Advanced => ({ jobId: `job-${status}`, status, failure: null });

/** A request for one picture, whose jobs stand so. */
const result = (jobs: readonly Advanced[], failure: Failure | null = null) =>
  ({ request: { offer: { order: { count: 1 } } }, tries: [], jobs, failure }) as unknown as PurchaseResult;

describe('the end of a run', () => {
  it.each<[string, readonly PurchaseResult[], string]>([
    [
      'is pending while one of its jobs is',
      [result([]), result([inJob('done'), inJob('running')])],
      'pending',
    ],
    ['is not pending once all of its jobs are done', [result([inJob('done')])], 'ok'],
    [
      'is its failure, whatever is pending',
      [result([], new Failure('usage', 'Too large.')), result([inJob('running')])],
      'usage',
    ],
  ])('%s', async (_, results, outcome) => {
    const { told, alarms, ...its } = books();
    await ended({ results, advanced: [] }, aRun(), its.books, its.terminal);
    expect([told, alarms]).toEqual([[['end', 'run-1', outcome]], []]);
  });

  it('is that of earlier runs as well whose last job is done by now', async () => {
    const items = { open: 0, saved: 1, refused: 0, failed: 0, unconfirmed: 0 };
    const whole = { stage: 'done', requests: 1, why: null, items } as const;
    const lost = { ...whole, items: { ...items, saved: 0, failed: 1 } };
    const jobs = [
      { jobId: 'job-done', runId: 'run-0', ...whole },
      { jobId: 'job-of-another-run', runId: 'run-00', ...lost },
      { jobId: 'job-running', runId: 'run-000', ...whole, stage: 'running' as const },
      { jobId: 'job-done-before', runId: 'run-000', ...whole },
    ];
    const { told, ...its } = books({ jobs });
    const advanced = [inJob('done'), inJob('running')];
    await ended({ results: [], advanced }, aRun(), its.books, its.terminal);
    expect(told).toEqual([
      ['end', 'run-1', 'ok'],
      ['end', 'run-0', 'ok'],
    ]);
  });

  it('fails no purchase: what cannot be written down is said', async () => {
    const its = books({ isFull: true });
    const purchase: Purchase = { results: [], advanced: [] };
    await ended(purchase, aRun(), its.books, its.terminal);
    await forgetOld(1_000, its.books, its.terminal);
    expect(its.alarms).toEqual(['pixtab: The ledger is full.', 'pixtab: The ledger is full.']);
  });
});

it('nothing is forgotten where the user did not ask for it', async () => {
  const { told, ...its } = books();
  await forgetOld(null, its.books, its.terminal);
  await forgetOld(1_000, its.books, its.terminal);
  expect(told).toEqual([['forget', 1_000]]);
});
