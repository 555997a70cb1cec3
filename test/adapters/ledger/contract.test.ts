import type { Owner } from '../../../src/adapters/ledger/owner.ts';
import { sqliteLedger } from '../../../src/adapters/ledger/sqlite.ts';
import type { Ledger } from '../../../src/ports/index.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { agentsContract } from '../../support/agents.contract.ts';
import { jobsContract } from '../../support/jobs.contract.ts';
import { ledgerContract } from '../../support/ledger.contract.ts';
import type { LedgerWorld } from '../../support/ledger.contract.ts';
import { tempDir } from '../../support/tempdir.ts';

const real = async (): Promise<LedgerWorld> => {
  const folder = await tempDir();
  const clock = fakeClock();
  const dead = new Set<number>();
  const answers = new Set<string>();
  const processes = new Map<number, Ledger>();
  const open = (pid: number): Ledger =>
    sqliteLedger(folder.at('ledger.db'), {
      clock,
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
      for (const ledger of processes.values()) ledger.close();
      await folder[Symbol.asyncDispose]();
    },
  };
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

ledgerContract('the SQLite ledger', real);
ledgerContract('the fake ledger', fake);
agentsContract('the SQLite ledger', real);
agentsContract('the fake ledger', fake);
jobsContract('the SQLite ledger', real);
jobsContract('the fake ledger', fake);
