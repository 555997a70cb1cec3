import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import type { Clock, KeptKey, Keys } from '../../ports/index.ts';
import { credentialsOf } from '../config/credentials.ts';
import { keychainName, keysFile, placesHere, placesIfAny } from '../config/folders.ts';
import { isYoursAlone } from '../config/key.ts';
import type { Found } from '../config/variables.ts';
import { atomicWriter } from '../files/atomic-write.ts';
import { checkedJson } from '../files/checked-json.ts';
import { errno, trouble } from '../files/fs-errors.ts';
import { inTurn } from '../files/in-turn.ts';
import { readText } from '../files/read-text.ts';
import { keychainOf, type Keychain } from './keychain.ts';

const SCHEMA = 'pixtab.keys/1';

const Row = z.strictObject({
  provider: z.string(),
  name: z.string(),
  /** The key itself; null where the keychain has it. */
  key: z.string().nullable(),
  ending: z.string(),
  account: z.string(),
  kept: z.iso.datetime(),
});
type Row = z.infer<typeof Row>;

const KeysFile = z.strictObject({ schema: z.literal(SCHEMA), keys: z.array(Row) });

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Opens the keychain; the real one unless a test has its own. */
  readonly open?: (service: string) => Promise<Keychain>;
  readonly system?: NodeJS.Platform;
}

/**
 * Keys that `pixtab auth login` keeps. A file lists them, so that nobody who has none pays for a look into the keychain;
 * it holds those that no keychain could take.
 */
export function keptKeys({ env, cwd, clock, open = keychainOf, system }: Surroundings): Keys {
  const path = keysFile(placesHere(env, cwd));
  const keychain = (): Promise<Keychain> => open(keychainName(env, cwd));
  const isSame = (row: Pick<Row, 'provider' | 'name'>, provider: string, name: string): boolean =>
    row.provider === provider && row.name === name;
  const entryOf = ({ provider, name }: Pick<Row, 'provider' | 'name'>): string => `${provider}/${name}`;

  async function change(edit: (rows: readonly Row[]) => Promise<readonly Row[]>): Promise<void> {
    await inTurn({ lock: `${path}.lock`, what: path, clock }, async () => {
      const keys = await edit(await rowsIn(path));
      const text = `${JSON.stringify({ schema: SCHEMA, keys }, null, 2)}\n`;
      try {
        await atomicWriter({ fileMode: 0o600, folderMode: 0o700 }).write(path, [Buffer.from(text)]);
      } catch (cause) {
        throw new Failure('auth', `The key cannot be kept in ${path}: ${trouble(cause).why}.`, { cause });
      }
    });
  }

  return {
    list: async () => (await rowsIn(path)).map((row) => keptKey(row, path)),
    credentials: (key, profile) => {
      const found = credentialsOf(
        { ...profile, headers: [] },
        { value: key.trim(), from: 'what was given' },
        {},
      );
      if (found === null) throw new Failure('auth', `${profile.title} takes no key.`);
      return found;
    },
    async keep({ key, provider, name, ending, account }, { inFile }) {
      const row: Row = {
        provider,
        name,
        ending,
        account,
        key: null,
        kept: new Date(clock.now()).toISOString(),
      };
      const why = inFile
        ? null
        : await failureOf(async () => (await keychain()).set(entryOf(row), key.trim()));
      const kept = inFile || why !== null ? { ...row, key: key.trim() } : row;
      await change(async (rows) => [...rows.filter((one) => !isSame(one, provider, name)), kept]);
      return { ...keptKey(kept, path), isYoursAlone: isYoursAlone(await stat(path), system), why };
    },
    async remove(provider, name) {
      const row = (await rowsIn(path)).find((one) => isSame(one, provider, name));
      if (row === undefined) return false;
      if (row.key === null) {
        try {
          await (await keychain()).remove(entryOf(row));
        } catch (cause) {
          throw unreadable(cause);
        }
      }
      await change(async (rows) => rows.filter((one) => !isSame(one, provider, name)));
      return true;
    },
  };
}

const keptKey = ({ key, provider, name, ending, account }: Row, path: string): KeptKey => ({
  provider,
  name,
  ending,
  account,
  place: key === null ? 'keychain' : 'file',
  path: key === null ? null : path,
});

/** A key that is kept; null where there is none of that name. Failure `auth` where the keychain does not give it. */
export async function keyKept(
  provider: string,
  name: string,
  { env, cwd, open = keychainOf }: Omit<Surroundings, 'clock' | 'system'>,
): Promise<Found | null> {
  const places = placesIfAny(env, cwd);
  if (places === null) return null;
  const path = keysFile(places);
  const row = (await rowsIn(path)).find((one) => one.provider === provider && one.name === name);
  if (row === undefined) return null;
  const key = name === 'default' ? '' : ` (key ${name})`;
  if (row.key !== null) return { value: row.key, from: `${path}${key}` };
  let value: string | null;
  try {
    value = await (await open(keychainName(env, cwd))).get(`${provider}/${name}`);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (value !== null) return { value, from: `the keychain${key}` };
  throw new Failure('auth', `The keychain has the key ${name} no more.`, {
    hint: 'Give it again: pixtab auth login',
  });
}

async function rowsIn(path: string): Promise<readonly Row[]> {
  try {
    return checkedJson(await readText(path), path, KeysFile).keys;
  } catch (error) {
    if (error instanceof Failure && errno(error.cause) === 'ENOENT') return [];
    throw error;
  }
}

/** What the system says where something does not work; null where it does. */
async function failureOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const unreadable = (cause: unknown): Failure =>
  new Failure(
    'auth',
    `The keychain cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
    {
      hint: 'Unlock it, or give a key in GEMINI_API_KEY or with --api-key-file.',
      cause,
    },
  );
