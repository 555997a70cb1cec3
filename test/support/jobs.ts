import { dayOf } from '../../src/core/policy/calendar.ts';
import type { InputImage } from '../../src/core/order/order.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { Job, Ledger } from '../../src/ports/index.ts';
import { planJobs } from '../../src/purchase/batch/plan.ts';
import type { BatchContext, BatchLane } from '../../src/purchase/batch/types.ts';
import type { PurchaseRequest } from '../../src/purchase/request.ts';
import type { Recovered } from '../../src/purchase/recover.ts';
import { fakeApi } from './fakes/api.ts';
import { fakeBatches, type FakeBatches } from './fakes/batches.ts';
import { fakeClock, type FakeClock } from './fakes/clock.ts';
import { fakeJournal } from './fakes/journal.ts';
import { fakeLedger } from './fakes/ledger.ts';
import { fakeStore, type FakeStore } from './fakes/ledger-state.ts';
import { fakePictureFiles, type FakePictureFiles } from './fakes/picture-files.ts';
import { fakeSaver } from './fakes/saver.ts';
import { anOrder } from './pricing.ts';
import { aRun } from './purchases.ts';

export interface Machine {
  readonly world: BatchContext;
  readonly ledger: Ledger;
  readonly answers: readonly Recovered[];
  /** Names of pictures that were said to leave. */
  readonly told: readonly string[];
  readonly stop: AbortController;
}

/** Machines that share a ledger, a disk and an account. */
export interface Scene {
  readonly google: FakeBatches;
  readonly clock: FakeClock;
  readonly pictureFiles: FakePictureFiles;
  readonly store: FakeStore;
  machine(name: string, changes?: Partial<BatchContext>): Machine;
  kill(name: string): void;
  /** Writes down jobs of one request each prompt, all on `machine`. */
  submitted(
    machine: Machine,
    count: number,
    runId?: string,
    inputs?: readonly InputImage[],
  ): Promise<readonly Job[]>;
}

export function scene(): Scene {
  const clock = fakeClock();
  const google = fakeBatches(clock);
  const pictureFiles = fakePictureFiles();
  const store = fakeStore();
  const dead = new Set<string>();
  let ids = 0;
  const newId = (): string => `${String((ids += 1)).padStart(8, '0')}-fake`;
  return {
    google,
    clock,
    pictureFiles,
    store,
    kill: (name) => void dead.add(name),
    machine(name, changes = {}) {
      const journal = fakeJournal();
      const isAlive = (owner: string): boolean => !dead.has(owner);
      const ledger = fakeLedger({
        clock,
        store,
        owner: name,
        isAlive,
        hasAnswer: (id) => journal.answers.has(id),
      });
      const answers: Recovered[] = [];
      const told: string[] = [];
      const stop = new AbortController();
      const world: BatchContext = {
        books: { ledger, journal },
        api: fakeApi(),
        batches: google.batches,
        files: google.files,
        clock,
        baseUrl: 'https://google.example',
        account: 'google.example#0123456789ab',
        sandbox: false,
        stop: stop.signal,
        leave: new AbortController().signal,
        saver: fakeSaver({ pictureFiles }),
        planFor: ({ save }) => save,
        onAnswer: (answer) => void answers.push(answer),
        onUpload: ({ name }) => void told.push(name),
        ...changes,
      };
      return { world, ledger, answers, told, stop };
    },
    async submitted({ world, ledger }, count, runId = 'run-1', inputs = []) {
      const order = anOrder('gemini-3.1-flash-lite-image', { lane: 'batch', count, inputs });
      const paths = Array.from({ length: count }, (_, index) => `${runId}-${index + 1}`);
      const save = { paths, cwd: '/work', format: null, quality: null, replace: false };
      const offer = { order, quote: quote(order, dayOf(clock.now())) };
      const request: PurchaseRequest = {
        offer,
        why: 'first',
        tries: { refusals: 0, unconfirmed: 0, fallback: [] },
        keepsToPrice: true,
        offerOf: () => offer,
        placeFor: async () => save,
        attemptId: newId,
      };
      const onLook = async (): Promise<void> => {};
      const lane: BatchLane = { context: world, newId, tier: 1, until: null, awaited: [], onLook };
      const run = aRun({ runId });
      const { jobs, failed } = await planJobs([request], run, lane);
      for (const failure of failed.values()) throw failure;
      await ledger.begin(run);
      await ledger.jobs.plan(jobs);
      const made = new Set(jobs.map(({ jobId }) => jobId));
      return (await ledger.jobs.list('open')).filter(({ jobId }) => made.has(jobId));
    },
  };
}
