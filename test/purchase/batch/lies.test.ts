import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { sum, toDecimal } from '../../../src/core/pricing/money.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import type { SpendSlice } from '../../../src/core/pricing/spend.ts';
import type { BatchContext } from '../../../src/purchase/batch/types.ts';
import { waitFor } from '../../../src/purchase/batch/wait.ts';
import type { Painter } from '../../../src/sandbox/placeholders.ts';
import { running } from '../../sandbox/support.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { scene, type Machine, type Scene } from '../../support/jobs.ts';
import { providerAt } from '../../support/provider.ts';

const HOUR = 3_600_000;

const painter: Painter = {
  paint: async ({ prompt, width, height, variant }) =>
    fakePicture('jpeg', width, height, `${prompt} ${variant}`),
};

/** A job of some requests at a sandbox that meets these faults, and machines that work on it. */
async function place(faults: string, count: number, seed = 1) {
  const here = scene();
  const { clock } = here;
  const sandbox = await running({ clock, faults, seed, painter });
  const provider = providerAt(sandbox.url, 'AIza-test-key', SANDBOX);
  const { images, batches, files } = googleClient(provider, { clock });
  const machine = (name: string): Machine =>
    here.machine(name, { baseUrl: sandbox.url, api: images, batches, files });
  const first = machine('0');
  const [job] = await here.submitted(first, count);
  if (job) await first.ledger.jobs.leave(job.jobId);
  return { here, sandbox, machine, first, jobId: job?.jobId ?? '' };
}

/** Waits for all jobs there are, one after the other until nothing more can come. */
async function waited(here: Scene, { world, ledger }: Machine, ms: number): Promise<void> {
  const open = (await ledger.jobs.list('open')).map(({ jobId }) => jobId);
  await waitFor(open, { until: here.clock.now() + ms, onLook: async () => {} }, world);
}

async function books({ ledger }: Machine) {
  const slices = await ledger.spending({ by: 'model', since: null, until: null });
  const count = (of: (slice: SpendSlice) => number): number =>
    slices.reduce((all, slice) => all + of(slice), 0);
  return {
    settled: toDecimal(sum(slices.map(({ settled }) => settled))),
    requests: count(({ requests }) => requests),
    unconfirmed: count(({ unconfirmedRequests }) => unconfirmedRequests),
    open: (await ledger.jobs.list('open')).reduce((all, { items }) => all + items.open, 0),
  };
}

describe('a job of three that the API lies about', () => {
  it.each([
    ['batch-results-late=4', 3],
    ['batch-no-stats', 3],
    ['batch-inlined', 3],
    ['batch-inlined-keys', 3],
    ['batch-metadata-only', 3],
    ['batch-response-only', 3],
    ['batch-file-404', 3],
    ['batch-file-empty', 3],
    ['batch-file-page', 3],
    ['batch-file-cut', 3],
    ['batch-file-short', 3],
    ['batch-file-mark', 3],
    ['batch-file-array', 3],
    ['batch-file-404+batch-no-stats', 3],
    ['batch-file-cut+batch-no-stats+batch-results-late', 3],
    ['batch-twin', 6],
    ['batch:reset-after', 3],
    ['batch:reset-after+batch-unlisted=6', 3],
    ['batch:reset-after+batch-twin+batch-inlined', 6],
  ])('(%s) brings all that was made within an hour, to the digit of the meter', async (faults, pictures) => {
    const { here, sandbox, first } = await place(faults, 3);
    await using _ = sandbox;
    await waited(here, first, HOUR);
    const { total, charged } = sandbox.meter();
    expect(charged).toBe(pictures);
    expect(await books(first)).toEqual({ settled: total, requests: pictures, unconfirmed: 0, open: 0 });
    expect(here.pictureFiles.files.size).toBe(pictures);
  });

  it.each([
    ['batch-file-lacks', 2],
    ['batch-failed-half+batch-no-stats', 2],
  ])('(%s) stays held until nothing can come, and is counted then', async (faults, pictures) => {
    const { here, sandbox, first } = await place(faults, 3);
    await using _ = sandbox;
    await waited(here, first, HOUR);
    here.clock.advance(48 * HOUR);
    await waited(here, first, HOUR);
    expect(await books(first)).toMatchObject({ requests: pictures, unconfirmed: 3 - pictures, open: 0 });
  });
});

/** A process that dies at its nth step: before or after the step had its effect. From then on it can do nothing more. */
function dying(machine: Machine, after: number, isBefore: boolean): BatchContext {
  let left = after;
  const killed = (): never => {
    throw new Error('killed');
  };
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, self) {
        const value: unknown = Reflect.get(target, name, self);
        if (typeof value === 'object' && value !== null) return mortal(value);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (left < 0) killed();
          left -= 1;
          if (left < 0 && isBefore) killed();
          const result: unknown = Reflect.apply(value, target, args);
          if (left >= 0 || !(result instanceof Promise)) return result;
          return result.then(killed);
        };
      },
    });
  const { books, batches, files } = machine.world;
  return {
    ...machine.world,
    books: { ledger: mortal(books.ledger), journal: mortal(books.journal) },
    batches: mortal(batches),
    files: mortal(files),
  };
}

const RUNS = Number(process.env.PIXTAB_TEST_RUNS ?? 15);

const making = fc.constantFrom('', 'reset-after', '429', 'reset-after+batch-unlisted=3');
const LIES =
  'batch-results-late batch-no-stats batch-inlined batch-inlined-keys batch-response-only batch-file-404 ' +
  'batch-file-empty batch-file-page batch-file-cut batch-file-short batch-file-lacks batch-file-mark ' +
  'batch-file-array batch-twin batch-item-errors batch-failed batch-expired batch-failed-half ' +
  'batch-cancelled-half batch-partial';
const lie = fc.constantFrom(...LIES.split(' '));
const lag = fc.constantFrom(
  '',
  'jobs:503',
  'jobs:reset-before',
  'files:503',
  'files:reset-after',
  'jobs:ok,jobs:500',
);

it(`ends with the ledger as the meter in ${RUNS} runs with kills, lags and lies`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 1, max: 3 }),
        making,
        lies: fc.uniqueArray(lie, { maxLength: 2 }),
        lags: fc.array(lag, { maxLength: 2 }),
        kills: fc.array(fc.record({ after: fc.nat(25), isBefore: fc.boolean() }), { maxLength: 4 }),
        seed: fc.nat(),
      }),
      async ({ count, making, lies, lags, kills, seed }) => {
        const first = [making, ...lies].filter(Boolean).join('+');
        const faults = [first && `batch:${first}`, ...lags].filter(Boolean).join(',');
        const { here, sandbox, machine, first: zero, jobId } = await place(faults, count, seed);
        await using _ = sandbox;
        for (const [index, { after, isBefore }] of kills.entries()) {
          const name = index === 0 ? '0' : `killed-${index}`;
          const world = dying(index === 0 ? zero : machine(name), after, isBefore);
          const until = here.clock.now() + HOUR / 4;
          await waitFor([jobId], { until, onLook: async () => {} }, world).catch(() => null);
          here.kill(name);
        }
        const last = machine('last');
        await waited(here, last, HOUR);
        here.clock.advance(49 * HOUR);
        for (let looks = 0; looks < 2; looks++) await waited(here, last, HOUR);
        const { total, charged } = sandbox.meter();
        const { settled, requests, unconfirmed, open } = await books(last);
        expect(open).toBe(0);
        // Whatever was charged is settled, or counted as what nobody knows.
        expect(requests).toBeLessThanOrEqual(charged);
        expect(charged).toBeLessThanOrEqual(requests + unconfirmed);
        expect(requests === charged ? settled : total).toBe(total);
        // No request is charged twice, unless it is the API that doubles it.
        expect(charged).toBeLessThanOrEqual(lies.includes('batch-twin') ? 2 * count : count);
        expect(await last.ledger.contradictions()).toEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
}, 3_600_000);
