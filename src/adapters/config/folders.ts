import { homedir } from 'node:os';
import { join, posix, resolve, win32 } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import { isAddress } from '../../core/files/place.ts';

/** The user's folders. Only the cache may be deleted freely. */
export interface Places {
  readonly config: string;
  /** Holds what must not be lost: the journal, and the ledger unless PIXTAB_LEDGER says otherwise. */
  readonly state: string;
  readonly cache: string;
  /** A folder, or the address of a PostgreSQL server. Several machines may share it; each keeps its own journal. */
  readonly ledger: string;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  /** What a relative PIXTAB_HOME or PIXTAB_LEDGER starts from. */
  readonly cwd: string;
}

/**
 * Where this user's files live: all in PIXTAB_HOME where it is set, else where the platform keeps such things. These are
 * the folders of env-paths (a test holds them together), which itself takes a relative XDG_CONFIG_HOME for a folder and
 * fails at its import for a user without a home.
 */
export function places(surroundings: Surroundings): Places {
  const { env, platform, cwd } = surroundings;
  const path = platform === 'win32' ? win32 : posix;
  const usual = folders(surroundings, path);
  const shared = env['PIXTAB_LEDGER']?.trim();
  const ledger = shared && (isServer(shared) ? shared : path.resolve(cwd, shared));
  return { ...usual, ledger: ledger || usual.state };
}

function folders({ env, platform, home, cwd }: Surroundings, path: typeof posix): Omit<Places, 'ledger'> {
  const together = env['PIXTAB_HOME']?.trim();
  if (together) {
    const folder = path.resolve(cwd, together);
    return {
      config: path.join(folder, 'config'),
      state: path.join(folder, 'state'),
      cache: path.join(folder, 'cache'),
    };
  }

  const underHome = (...parts: readonly string[]): string => {
    // With a relative home the ledger, and with it a budget, would depend on the working directory.
    if (!path.isAbsolute(home)) {
      throw usageFailure('Your home folder is not known.', 'Set HOME, or PIXTAB_HOME.');
    }
    return path.join(home, ...parts);
  };
  /** A relative folder in a variable is void, as the XDG specification asks. */
  const named = (variable: string): string | null => {
    const folder = env[variable];
    return folder && path.isAbsolute(folder) ? folder : null;
  };

  if (platform === 'darwin') {
    return {
      config: underHome('Library', 'Preferences', 'pixtab'),
      state: underHome('Library', 'Application Support', 'pixtab'),
      cache: underHome('Library', 'Caches', 'pixtab'),
    };
  }
  if (platform === 'win32') {
    const roaming = named('APPDATA') ?? underHome('AppData', 'Roaming');
    const local = named('LOCALAPPDATA') ?? underHome('AppData', 'Local');
    return {
      config: path.join(roaming, 'pixtab', 'Config'),
      state: path.join(local, 'pixtab', 'Data'),
      cache: path.join(local, 'pixtab', 'Cache'),
    };
  }
  return {
    config: path.join(named('XDG_CONFIG_HOME') ?? underHome('.config'), 'pixtab'),
    state: path.join(named('XDG_STATE_HOME') ?? underHome('.local', 'state'), 'pixtab'),
    cache: path.join(named('XDG_CACHE_HOME') ?? underHome('.cache'), 'pixtab'),
  };
}

/** Whether a ledger is kept at a server; an address of another kind is judged where it is read. */
export const isServer = (place: string): boolean => /^postgres(?:ql)?:/i.test(place) || isAddress(place);

/** The same on the machine that this runs on. */
export function placesHere(env: Surroundings['env'], cwd: string): Places {
  return places({ env, platform: process.platform, home: homeFolder(), cwd });
}

/** The same; null for a user without a home, who has none. */
export function placesIfAny(env: Surroundings['env'], cwd: string): Places | null {
  try {
    return placesHere(env, cwd);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The file that lists the keys of `pixtab auth login`. */
export const keysFile = ({ state }: Places): string => join(state, 'keys.json');

/** The name under which the keychain has them: each home has its own. */
export function keychainName({ PIXTAB_HOME }: Surroundings['env'], cwd: string): string {
  const home = PIXTAB_HOME?.trim();
  return home ? `pixtab ${resolve(cwd, home)}` : 'pixtab';
}

function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // A user without an entry and without HOME, as in some containers; it only matters when home is needed.
    return '';
  }
}
