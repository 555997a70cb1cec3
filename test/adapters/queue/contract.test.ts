import { ledgerIn } from '../../../src/adapters/ledger/ledger.ts';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import { engineIn } from '../../../src/adapters/queue/engine.ts';
import { queueIn } from '../../../src/adapters/queue/queue.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { fakeQueue } from '../../support/fakes/queue.ts';
import { freshSchema } from '../../support/postgres.ts';
import { queueContract, type QueueWorld } from '../../support/queue.contract.ts';

/** The schema of the engine is made once, since that takes long. */
let engines: ReturnType<typeof freshSchema> | undefined;

async function overPostgres(): Promise<QueueWorld> {
  const schema = await freshSchema();
  const beside = await (engines ??= freshSchema({ isNew: true }));
  const clock = fakeClock();
  const dead = new Set<number>();
  const answers = new Set<string>();
  const processes = new Map<number, ReturnType<QueueWorld['process']>>();
  const engine = engineIn(beside.schema);

  function open(pid: number): ReturnType<QueueWorld['process']> {
    const session = schema.session();
    const now = (): number => clock.now();
    const ledger = postgres({ ...schema, session, now });
    const mortality = {
      owner: { id: `here ${pid}`, host: 'here', pid, startedAt: 'boot 1' },
      isAlive: (owner: { readonly pid: number }) => !dead.has(owner.pid),
      hasAnswer: (attemptId: string) => answers.has(attemptId),
    };
    const tickets = postgres({ ...beside, session, now }, 'ledger', engine.steps);
    return { queue: queueIn({ ledger, tickets, engine }, mortality), ledger: ledgerIn(ledger, mortality) };
  }

  return {
    clock,
    process(pid) {
      const process = processes.get(pid) ?? open(pid);
      processes.set(pid, process);
      return process;
    },
    kill: (pid) => void dead.add(pid),
    answered: (attemptId) => void answers.add(attemptId),
    async [Symbol.asyncDispose]() {
      for (const { queue, ledger } of processes.values()) {
        await queue.close();
        await ledger.close();
      }
      const wire = await beside.connect();
      await wire.script(`DELETE FROM ${beside.schema}.job`);
      wire.close();
      await schema[Symbol.asyncDispose]();
    },
  };
}

async function overFakes(): Promise<QueueWorld> {
  const clock = fakeClock();
  const store = fakeStore();
  const dead = new Set<string>();
  const answers = new Set<string>();
  return {
    clock,
    process(pid) {
      const options = {
        clock,
        store,
        owner: String(pid),
        isAlive: (owner: string) => owner === 'queue' || (owner !== 'given up' && !dead.has(owner)),
        hasAnswer: (attemptId: string) => answers.has(attemptId),
      };
      return { queue: fakeQueue(options), ledger: fakeLedger(options) };
    },
    kill: (pid) => void dead.add(String(pid)),
    answered: (attemptId) => void answers.add(attemptId),
    async [Symbol.asyncDispose]() {},
  };
}

queueContract('the PostgreSQL queue', overPostgres);
queueContract('the fake queue', overFakes);
