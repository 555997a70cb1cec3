import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderFacts } from '../core/doctor.ts';
import type { Checkup, Clock } from '../ports/index.ts';
import { errno, trouble } from './files/fs-errors.ts';
import { proxyFrom } from './http/proxy.ts';
import { shelfAt } from './ledger/shelf.ts';
import { inspectLedger, inspectServer } from './ledger/inspect.ts';
import { isServer, type Places } from './config/folders.ts';
import { inspectPlace, type SharedPlace } from './journal/shared-journal.ts';

export interface CheckupContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly places: () => Places;
  /** Where the ledger is. */
  readonly ledger: () => Promise<string>;
  /** Where answers are kept beside this machine. */
  readonly journal: (which: { readonly sandbox: boolean }) => Promise<SharedPlace | null>;
  readonly clock: Pick<Clock, 'now'>;
  readonly node: { readonly version: string; readonly wanted: string };
}

/** Looks at the machine and changes nothing on it. */
export function checkup({ env, places, ledger, journal, clock, node }: CheckupContext): Checkup {
  return {
    node,
    proxies: () => proxies(env),
    async folders() {
      const { config, state, cache } = places();
      const named = { state, config, cache };
      return Promise.all(
        (['state', 'config', 'cache'] as const).map(async (name) => ({
          name,
          ...(await folderAt(named[name])),
        })),
      );
    },
    async ledger({ sandbox }) {
      const { state } = places();
      const within = (folder: string): string => (sandbox ? join(folder, 'sandbox') : folder);
      const place = await ledger();
      return isServer(place)
        ? inspectServer((await shelfAt(place, clock, env))({ sandbox }), within(state))
        : inspectLedger(within(state), clock, within(place));
    },
    async journal(which) {
      const place = await journal(which);
      if (place !== null) await inspectPlace(place);
      return place?.shown ?? null;
    },
  };
}

async function folderAt(path: string): Promise<Omit<FolderFacts, 'name'>> {
  const there = await nearest(path);
  const exists = there === path;
  try {
    if (!(await stat(there)).isDirectory()) {
      return { path, exists, problem: 'a file is in the place of a folder', freeBytes: null };
    }
    await access(there, constants.W_OK | constants.X_OK);
    return { path, exists, problem: null, freeBytes: await freeAt(there) };
  } catch (error) {
    return { path, exists, problem: trouble(error).why, freeBytes: null };
  }
}

/** The path itself where it exists, otherwise the nearest folder above it that does. */
async function nearest(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(errno(error)) && dirname(path) !== path;
    return isMissing ? nearest(dirname(path)) : path;
  }
}

async function freeAt(path: string): Promise<bigint | null> {
  try {
    const { bavail, bsize } = await statfs(path, { bigint: true });
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** The addresses of the proxies, without user names and passwords. */
function proxies(env: CheckupContext['env']): readonly string[] {
  const found = proxyFrom(env);
  return [found?.https, found?.http, found?.all].flatMap((address) => {
    if (!address) return [];
    const url = address.includes('://') ? address : `http://${address}`;
    return URL.canParse(url) ? [new URL(url).host] : ['an address that cannot be read'];
  });
}
