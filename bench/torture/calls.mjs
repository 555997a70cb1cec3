// Strikes calls to the system, below Node: what a place needs for shim.c.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf } from '../place.mjs';

/** `now`: the folder that counts. */
export function callsBelow(now, { shim, log, home }) {
  const stash = join(now, '.stash');
  return {
    env: {},
    async begin({ fault, kind, number = 1, path, lasts = false }) {
      await rm(log, { force: true });
      return {
        LD_PRELOAD: shim,
        TORTURE_ROOT: now,
        TORTURE_STASH: stash,
        TORTURE_LOG: log,
        ...(fault && { TORTURE_FAULT: fault, TORTURE_KIND: kind, TORTURE_AT: String(number) }),
        ...(path && { TORTURE_PATH: path }),
        ...(lasts && { TORTURE_STICKY: '1' }),
      };
    },
    onChild: () => {},
    end: () => {},
    calls: async () =>
      (await readFile(log, 'utf8').catch(() => '')).split('\n').map((line) => {
        const [, number, kind, path] = /^(\d+) (\w+) (.*)$/.exec(line) ?? [];
        return { number: Number(number), kind, path, isStrike: line === 'struck' };
      }),
    lay: () => mkdir(stash, { recursive: true }),
    keep: () => {},
    rows: async (sql) => rowsOf(home, sql),
    close: () => {},
  };
}
