import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ledgerIn } from '../../../src/adapters/ledger/ledger.ts';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import type { Backend } from '../../../src/adapters/ledger/queries.ts';
import { sqlite } from '../../../src/adapters/ledger/sqlite.ts';
import { Failure } from '../../../src/core/errors.ts';
import { sum, ZERO } from '../../../src/core/pricing/money.ts';
import { freshSchema } from '../../support/postgres.ts';
import { fakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { aJob, aRemote } from '../../support/jobs.contract.ts';
import { aBill, anImage, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const MINUTE = 60_000;

/** What a machine does next; each names the machine. */
const step = fc.record({
  who: fc.constantFrom(0, 1),
  does: fc.constantFrom(
    ...(['hold', 'send', 'answer', 'fail', 'take', 'begin to make', 'make', 'see', 'leave', 'done'] as const),
  ),
});

/** Time passes. A machine that is suspended does not say that it lives; the other one looks at the ledger meanwhile. */
const pause = fc.record({ minutes: fc.constantFrom(2, 8, 16), suspended: fc.constantFrom(null, 0, 1) });

/** The first is suspended while it makes the job, the second makes it too, and the first comes back. Chance alone rarely does that. */
const TAKEN_OVER = [
  { minutes: 16, suspended: 0 },
  { who: 1, does: 'take' },
  { who: 1, does: 'begin to make' },
  { who: 1, does: 'make' },
  { who: 0, does: 'make' },
] as const;

const plays = fc
  .tuple(
    fc.oneof(fc.constant(TAKEN_OVER), fc.subarray([...TAKEN_OVER])),
    fc.array(fc.oneof({ weight: 3, arbitrary: step }, pause), { minLength: 20, maxLength: 60 }),
  )
  .map(([begin, rest]) => [...begin, ...rest]);

/** Two machines of one name, in one space of process numbers, on clocks that differ where each has its own. */
function machine(backend: (clock: FakeClock) => Backend, boot: number, clock: FakeClock) {
  const ledger = ledgerIn(backend(clock), {
    owner: { id: `owner-${boot}`, host: `host boot-${boot} pid:[1]`, pid: 7, startedAt: `boot-${boot} 1` },
    // It never sees a process of the other one.
    isAlive: () => true,
    hasAnswer: () => false,
    every: () => () => {},
  });
  return {
    ledger,
    holds: new Set<string>(),
    sends: new Set<string>(),
    making: false,
  };
}
type Machine = ReturnType<typeof machine>;

/** Whether it went well; what another machine has is refused, and nothing is a bug. */
async function tried(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'bug') return false;
    throw error;
  }
}

const RUNS = Number(process.env.PIXTAB_TEST_RUNS ?? 10);

interface Shared extends AsyncDisposable {
  readonly backend: (clock: FakeClock) => Backend;
}

const LEDGERS = [
  {
    name: 'in a file',
    runs: RUNS,
    /** How many minutes the clock of the second machine may be ahead. */
    ahead: [0, 16, -16, 59],
    async open(): Promise<Shared> {
      const folder = await tempDir();
      const disposed = () => folder[Symbol.asyncDispose]();
      return { backend: (clock) => sqlite(folder.at('ledger.db'), clock), [Symbol.asyncDispose]: disposed };
    },
  },
  {
    name: 'at a server',
    // Each takes half a second.
    runs: Math.ceil(RUNS / 3),
    // Times are the server's.
    ahead: [0],
    async open(): Promise<Shared> {
      const schema = await freshSchema();
      return {
        backend: (clock) => postgres({ ...schema, session: schema.session(), now: () => clock.now() }),
        [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
      };
    },
  },
];

it.each(LEDGERS)(
  'lets two machines work in any order over a ledger $name, without charging twice, or losing an answer, $runs times',
  async ({ ahead, runs, open }) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ahead), plays, async (ahead, plays) => {
        await using shared = await open();
        const clocks = [fakeClock(), fakeClock()] as const;
        clocks[1].advance(ahead * MINUTE);
        const machines = [
          machine(shared.backend, 1, clocks[0]),
          machine(shared.backend, 2, clocks[1]),
        ] as const;
        const [first] = machines;
        await first.ledger.begin(aRun());
        await first.ledger.jobs.plan([aJob({}, ['j1', 'j2'])], [aPlan({ attemptId: 'a1' })]);
        first.holds.add('a1');
        // The first one is about to make the job.
        await first.ledger.jobs.uploaded('job-1', 'files/f1');
        await first.ledger.jobs.creating('job-1');
        first.making = true;
        await machines[1].ledger.begin(aRun({ runId: 'run-2' }));
        const posts: string[] = [];
        const answered = new Set<string>();
        let held = 1;

        async function play(me: Machine, does: string): Promise<void> {
          const { ledger, holds, sends } = me;
          const { jobs } = ledger;
          const job = async () => (await jobs.list('all')).find(({ jobId }) => jobId === 'job-1');
          if (does === 'hold') {
            const attemptId = `a${(held += 1)}`;
            if (await tried(ledger.hold([aPlan({ attemptId })]))) holds.add(attemptId);
          }
          if (does === 'send')
            for (const id of holds) {
              holds.delete(id);
              if (await tried(ledger.sending(id))) sends.add(id);
            }
          if (does === 'fail')
            for (const id of sends) {
              sends.delete(id);
              await tried(ledger.release(id, 'it was refused', 'unavailable'));
            }
          if (does === 'answer')
            for (const id of sends) {
              sends.delete(id);
              answered.add(id);
              await tried(ledger.settle(id, aBill('0.0333')));
              await tried(ledger.saved(id, [anImage()]));
            }
          if (does === 'take') await jobs.take('job-1');
          if (does === 'leave') await jobs.leave('job-1');
          if (does === 'begin to make' && !me.making) {
            await tried(jobs.notCreated('job-1', 'not listed'));
            await tried(jobs.uploaded('job-1', 'files/f1'));
            me.making = await tried(jobs.creating('job-1'));
          }
          if (does === 'make' && me.making) {
            me.making = false;
            posts.push(`batches/b${posts.length + 1}`);
            await jobs.created('job-1', posts.at(-1) ?? '');
          }
          if (does === 'see') await tried(jobs.seen('job-1', aRemote({ name: posts[0] ?? '' })));
          if (does === 'done' && (await job())?.stage === 'ended') await tried(jobs.done('job-1'));
        }

        for (const one of plays) {
          if ('who' in one) await play(machines[one.who], one.does);
          else
            for (let minutes = 0; minutes < one.minutes; minutes += 2) {
              for (const clock of clocks) clock.advance(2 * MINUTE);
              for (const [index, { ledger }] of machines.entries())
                if (index !== one.suspended) await ledger.hold([]);
            }
        }

        const { ledger } = first;
        // Every job that was made is known, each once, and its requests are sent.
        const made = (await ledger.jobs.list('all')).flatMap(({ batch }) => batch ?? []);
        expect(made.toSorted()).toEqual(posts.toSorted());
        // Every answer is booked, once.
        const receipts = await ledger.receipts({ by: 'run', value: 'run-1' });
        const billed = receipts.filter(({ bill }) => bill !== null).map(({ attempt }) => attempt.attemptId);
        expect(new Set(billed)).toEqual(answered);
        const settled = (await ledger.spending({ by: 'model', since: null, until: null })).map(
          (slice) => slice.settled,
        );
        expect(sum(settled)).toBe(sum([...answered].map(() => aBill('0.0333').amount)) || ZERO);
        expect(await ledger.contradictions()).toEqual([]);
        for (const each of machines) await each.ledger.close();
      }),
      { numRuns: runs },
    );
  },
);
