import { sessionDays } from '../../core/policy/retention.ts';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import type { Clock, SettingsFile, StoredSetting } from '../../ports/index.ts';
import { atomicWriter } from '../files/atomic-write.ts';
import { inTurn } from '../files/in-turn.ts';
import { errno, trouble } from '../files/fs-errors.ts';
import { repositoryFolder } from '../repository.ts';
import { repeatedKey } from '../files/json-position.ts';
import { withoutValue, withValue } from './edit-json.ts';
import { fileAt, parsed, projectFile, settingsIn, type FileSettings, type SettingsSource } from './files.ts';
import { placesHere } from './folders.ts';
import { profilesNamed } from './gateways.ts';
import { gatewaysOf, hostsIn, withoutLoosening } from './settings.ts';
import type { Variables } from './variables.ts';

interface Surroundings {
  readonly env: Variables;
  readonly cwd: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** A file of settings that changes as a whole or not at all, and never into one that the reader would refuse. */
export function settingsFile(whose: 'user' | 'project', { env, cwd, clock }: Surroundings): SettingsFile {
  const source = sourceOf(whose, { env, cwd });
  const { path, label } = source;
  const text = async (): Promise<string> => fileAt(path, label)?.text ?? '';

  /** Makes another text of the text; of several processes that do so, one goes after the other. */
  async function change(edit: (before: string) => Promise<string>): Promise<boolean> {
    const lock = join(placesHere(env, cwd).state, 'settings.lock');
    return inTurn({ lock, what: label, clock }, async () => {
      const before = await text();
      const after = await edit(before);
      if (after === before) return false;
      await write(path, after, label);
      return true;
    });
  }

  return {
    path,
    label,
    text,
    values: async () => {
      const found = fileAt(path, label);
      return found === null ? [] : storedIn(await settingsIn(found, source));
    },
    set: async (names, value) =>
      void (await change(async (before) => {
        mustBeUnique(before, label);
        const after = withValue(before, names, value);
        await mustBeTaken(after, source, { env, cwd });
        return after;
      })),
    unset: (names) =>
      change(async (before) => {
        // Of a text that is no JSON, nothing can be taken out.
        if (before !== '') parsed(before, label);
        mustBeUnique(before, label);
        return withoutValue(before, names);
      }),
    replace: async (after) =>
      void (await change(async () => {
        await mustBeTaken(after, source, { env, cwd });
        return after;
      })),
  };
}

function sourceOf(
  whose: 'user' | 'project',
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): SettingsSource {
  if (whose === 'user') {
    const path = join(placesHere(env, cwd).config, 'config.json');
    return { path, label: path, isOwn: true };
  }
  const path = projectFile(cwd) ?? join(repositoryFolder(cwd) ?? cwd, '.pixtab.json');
  return { path, label: relative(cwd, path), isOwn: false };
}

/** What a file sets, one by one. */
const storedIn = ({ preferences, key, gateways }: FileSettings): readonly StoredSetting[] => [
  ...Array.from(preferences, ([name, { value }]) => ({ name, value })),
  ...(key === null ? [] : [{ name: 'api-key', value: null }]),
  ...Array.from(gateways, ([name, gateway]) => leavesOf(`gateways.${name}`, gateway)).flat(),
];

function leavesOf(name: string, value: unknown): readonly StoredSetting[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(`${name}.${key}`, inner));
  // A header may hold a token that is written out.
  return [{ name, value: /\.headers\.[^.]+$/.test(name) ? null : String(value) }];
}

/** JSON.parse takes the last of two, and an edit the first. */
function mustBeUnique(text: string, label: string): void {
  const repeated = repeatedKey(text);
  if (repeated) throw usageFailure(`${label}, line ${repeated.line}: "${repeated.name}" is there twice.`);
}

/** The reader's own word on a text, and on values that it judges only where they are used. */
async function mustBeTaken(
  text: string,
  source: SettingsSource,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): Promise<void> {
  const found = await settingsIn({ text, isOpen: false }, source);
  const { preferences, gateways } = found;
  const [loosened] = withoutLoosening([found], cwd).notices;
  if (loosened !== undefined) throw usageFailure(loosened);
  hostsIn(preferences.get('picture-hosts'));
  const days = preferences.get('session-days');
  if (days) sessionDays({ defaults: { 'session-days': days.value }, origins: { 'session-days': days.from } });
  const names = preferences.get('gateway');
  if (names) profilesNamed(names.value, names.from, new Map([...gateways, ...(await gatewaysOf(env, cwd))]));
}

/** Puts a text in the place of a file, and of the file that a link leads to, with the rights that it had. */
async function write(path: string, text: string, label: string): Promise<void> {
  try {
    const real = await realpath(path).catch((error: unknown) => {
      if (errno(error) === 'ENOENT') return path;
      throw error;
    });
    const before = await stat(real).catch(() => null);
    const fileMode = before === null ? 0o666 : before.mode & 0o777;
    const writer = atomicWriter({ fileMode });
    await writer.makeFolder(dirname(real));
    await writer.write(real, [Buffer.from(text)]);
  } catch (cause) {
    throw new Failure('usage', `${label} cannot be written: ${trouble(cause).why}.`, { cause });
  }
}
