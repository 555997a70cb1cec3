import type { Owner } from '../../../src/adapters/ledger/owner.ts';
import { ledgerIn } from '../../../src/adapters/ledger/ledger.ts';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import type { Backend } from '../../../src/adapters/ledger/queries.ts';
import { sqlite } from '../../../src/adapters/ledger/sqlite.ts';
import type { Ledger } from '../../../src/ports/index.ts';
import { fakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { agentsContract } from '../../support/agents.contract.ts';
import { jobsContract } from '../../support/jobs.contract.ts';
import { ledgerContract } from '../../support/ledger.contract.ts';
import type { LedgerWorld } from '../../support/ledger.contract.ts';
import { freshSchema } from '../../support/postgres.ts';
import { tempDir } from '../../support/tempdir.ts';

/** Processes of one machine over a ledger that is kept somewhere. */
function over(backend: (clock: FakeClock) => Backend, disposal: AsyncDisposable): LedgerWorld {
  const clock = fakeClock();
  const dead = new Set<number>();
  const answers = new Set<string>();
  const processes = new Map<number, Ledger>();
  const open = (pid: number): Ledger =>
    ledgerIn(backend(clock), {
      owner: { id: `here ${pid}`, host: 'here', pid, startedAt: 'boot 1' },
      isAlive: (owner: Pick<Owner, 'pid' | 'startedAt'>) => !dead.has(owner.pid),
      hasAnswer: (attemptId) => answers.has(attemptId),
    });
  return {
    clock,
    process(pid) {
      const ledger = processes.get(pid) ?? open(pid);
      processes.set(pid, ledger);
      return ledger;
    },
    kill: (pid) => void dead.add(pid),
    answered: (attemptId) => void answers.add(attemptId),
    async [Symbol.asyncDispose]() {
      for (const ledger of processes.values()) await ledger.close();
      await disposal[Symbol.asyncDispose]();
    },
  };
}

const inSqlite = async (): Promise<LedgerWorld> => {
  const folder = await tempDir();
  return over((clock) => sqlite(folder.at('ledger.db'), clock), folder);
};

const inPostgres = async (): Promise<LedgerWorld> => {
  const schema = await freshSchema();
  return over((clock) => postgres({ ...schema, session: schema.session(), now: () => clock.now() }), schema);
};

const fake = async (): Promise<LedgerWorld> => {
  const clock = fakeClock();
  const store = fakeStore();
  const dead = new Set<string>();
  const answers = new Set<string>();
  return {
    clock,
    process: (pid) =>
      fakeLedger({
        clock,
        store,
        owner: String(pid),
        isAlive: (owner) => !dead.has(owner),
        hasAnswer: (attemptId) => answers.has(attemptId),
      }),
    kill: (pid) => void dead.add(String(pid)),
    answered: (attemptId) => void answers.add(attemptId),
    async [Symbol.asyncDispose]() {},
  };
};

ledgerContract('the SQLite ledger', inSqlite);
ledgerContract('the PostgreSQL ledger', inPostgres);
ledgerContract('the fake ledger', fake);
agentsContract('the SQLite ledger', inSqlite);
agentsContract('the PostgreSQL ledger', inPostgres);
agentsContract('the fake ledger', fake);
jobsContract('the SQLite ledger', inSqlite);
jobsContract('the PostgreSQL ledger', inPostgres);
jobsContract('the fake ledger', fake);
