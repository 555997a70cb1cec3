import type { Checkup } from '../../../src/ports/index.ts';

/** A machine on which everything is in order, but for what `facts` say. */
export function fakeCheckup(facts: Partial<Checkup> = {}): Checkup {
  return {
    node: { version: '20.20.2', wanted: '>=20.19' },
    proxies: () => [],
    folders: async () =>
      (['state', 'config', 'cache'] as const).map((name) => ({
        name,
        path: `/home/ada/${name}`,
        exists: name === 'state',
        problem: null,
        freeBytes: 50_000_000_000n,
      })),
    ledger: async () => ({
      path: '/home/ada/state/ledger.db',
      state: 'current',
      contradictions: [],
      newest: null,
      unsaved: 0,
      interrupted: 0,
      jobs: [],
      limits: [],
      hosts: [],
    }),
    journal: async () => null,
    ...facts,
  };
}
