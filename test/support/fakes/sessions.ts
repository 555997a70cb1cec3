import { sum } from '../../../src/core/pricing/money.ts';
import type { Sessions, SessionTurn, TurnPlan } from '../../../src/ports/index.ts';

export interface FakeSessions extends Sessions {
  readonly all: Map<string, readonly SessionTurn[]>;
  readonly begun: Map<string, TurnPlan & { readonly before: readonly SessionTurn[] }>;
}

export function fakeSessions(): FakeSessions {
  const all: FakeSessions['all'] = new Map();
  const begun: FakeSessions['begun'] = new Map();
  /** What was there before a turn, which is not always what it goes on from. */
  const earlier = new Map<string, readonly SessionTurn[]>();
  const headOf = (name: string) => all.get(name)?.at(-1);

  function isFree({ session, seen, at }: TurnPlan): boolean {
    const head = headOf(session);
    return seen === undefined ? (head?.at ?? 0) <= at : seen === (head?.id ?? null);
  }

  function freeName(name: string): string {
    for (let number = 2; ; number += 1) if (!all.has(`${name}-${number}`)) return `${name}-${number}`;
  }

  return {
    all,
    begun,
    load: async (name) => all.get(name) ?? null,
    async list() {
      return [...all]
        .map(([name, turns]) => {
          const last = turns.at(-1);
          return {
            name,
            turns: turns.length,
            model: last?.model ?? null,
            prompt: last?.prompt ?? null,
            cost: sum(turns.map(({ cost }) => cost)),
            bytes: JSON.stringify(turns.map(({ answer }) => answer)).length,
            usedAt: last?.at ?? 0,
            damage: null,
          };
        })
        .toSorted((a, b) => b.usedAt - a.usedAt || (a.name < b.name ? -1 : 1));
    },
    remove: async (name) => all.delete(name),
    async latest() {
      const names = [...all.keys()].toReversed();
      return names.toSorted((a, b) => (headOf(b)?.at ?? 0) - (headOf(a)?.at ?? 0))[0] ?? null;
    },
    async sessionOf(id) {
      const own = [...all].filter(([, turns]) => turns.some((turn) => turn.id === id));
      return own.toSorted(([a], [b]) => (headOf(b)?.at ?? 0) - (headOf(a)?.at ?? 0))[0]?.[0] ?? null;
    },
    async begin(turn) {
      const turns = all.get(turn.session) ?? [];
      const before = turns.slice(0, turns.findIndex(({ id }) => id === turn.after) + 1);
      begun.set(turn.id, { ...turn, before });
      earlier.set(turn.id, turn.seen === undefined ? [] : turns);
    },
    async finish(id, outcome) {
      const turn = begun.get(id);
      if (turn === undefined) return null;
      const { session, after: _, seen: __, before, ...asked } = turn;
      begun.delete(id);
      if (!isFree(turn) && turn.seen === undefined) return null;
      const name = isFree(turn) ? session : freeName(session);
      // Set anew, so that the order of the map is that of use.
      all.delete(name);
      all.set(name, [...before, { ...asked, ...outcome }]);
      return { begunIn: session, name };
    },
    drop: async (id) => void begun.delete(id),
    async forget(before, { look }) {
      const old = [...all.keys()].filter((name) => (headOf(name)?.at ?? 0) < before);
      if (look) return old.length;
      for (const name of old) all.delete(name);
      for (const [id, { at }] of begun) if (at < before) begun.delete(id);
      return old.length;
    },
    async undo(name, id) {
      if (headOf(name)?.id !== id) return false;
      const left = earlier.get(id) ?? [];
      if (left.length === 0) all.delete(name);
      else all.set(name, left);
      return true;
    },
  };
}
