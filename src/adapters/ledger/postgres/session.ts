import { turns } from '../turns.ts';
import type { Connect, Wire } from './wire.ts';

/** One session at the server for everything that a process does there: servers have room for few. */
export interface Session {
  /** Does something while nobody else uses the session. */
  readonly alone: ReturnType<typeof turns>;
  /** The session, begun anew where it broke. */
  reached(): Promise<Wire>;
  /** Whether the server was ever reached, and nobody has given it up since. */
  isThere(): boolean;
  /** Whether it took a write since: one that only reads may be about to stand in for one that does. */
  hasWritten(): boolean;
  wrote(): void;
  giveUp(): void;
  /** Whoever enters leaves: with the last one, the session ends. */
  enter(): void;
  leave(): Promise<void>;
}

export function sessionOver(connect: Connect): Session {
  const alone = turns();
  let wire: Wire | null = null;
  let isThere = false;
  let hasWritten = false;
  let users = 0;
  return {
    alone,
    async reached() {
      if (wire === null || wire.isLost()) wire = await connect();
      isThere = true;
      return wire;
    },
    isThere: () => isThere,
    hasWritten: () => hasWritten,
    wrote() {
      hasWritten = true;
    },
    giveUp() {
      isThere = false;
      hasWritten = false;
    },
    enter() {
      users += 1;
    },
    async leave() {
      users -= 1;
      if (users > 0) return;
      await alone(() => {
        if (users > 0) return;
        wire?.close();
        wire = null;
      });
    },
  };
}
