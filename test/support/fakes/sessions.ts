import type { Sessions, SessionTurn } from '../../../src/ports.ts';

export interface FakeSessions extends Sessions {
  readonly all: Map<string, readonly SessionTurn[]>;
}

export function fakeSessions(): FakeSessions {
  const all = new Map<string, readonly SessionTurn[]>();
  let latest: string | null = null;
  return {
    all,
    load: async (name) => all.get(name) ?? null,
    latest: async () => latest,
    async append(name, turn) {
      const before = all.get(name) ?? [];
      all.set(name, before[0]?.root === turn.root ? [...before, turn] : [turn]);
      latest = name;
    },
    async undo(name) {
      const left = all.get(name)?.slice(0, -1);
      if (left === undefined) return false;
      if (left.length === 0) all.delete(name);
      else all.set(name, left);
      return true;
    },
  };
}
