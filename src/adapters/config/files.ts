import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Failure, usageFailure } from '../../core/errors.ts';
import {
  HARM,
  isOfTheUser,
  type NOT_BY_A_FOLDER,
  PREFERENCES,
  type Preference,
  variableOf,
  hasFlag,
} from '../../core/preferences.ts';
import { isInBucket } from '../../core/files/place.ts';
import { printable } from '../../core/text/text.ts';
import { decoded } from '../files/decode-text.ts';
import { readNow } from '../files/read-bounded.ts';
import { isServer, placesHere, placesIfAny } from './folders.ts';
import type { OwnGateways } from './gateways.ts';
import { isOpenToOthers, type KeyFile } from './key.ts';
import { preferencesIn, type Found, type Variables } from './variables.ts';

export interface FileSettings {
  /** The file is the user's own, and did not come with a folder. */
  readonly isOwn: boolean;
  /** Where the file is. */
  readonly folder: string;
  readonly key: KeyFile | null;
  readonly preferences: ReadonlyMap<Preference, Found>;
  readonly gateways: OwnGateways;
}

/** The `.env` of the working directory; empty where there is none. */
export function readDotenv(cwd: string): Variables {
  const file = fileAt(join(cwd, '.env'), '.env', ['EISDIR']);
  return file === null ? {} : parseEnv(file.text);
}

/** The settings of the project's file and of the user's file, as far as there are such files. */
export async function readSettingsFiles(env: Variables, cwd: string): Promise<readonly FileSettings[]> {
  const project = projectFile(cwd);
  const user = userFile(env, cwd);
  const files = [
    ...(project ? [{ path: project, label: relative(cwd, project), isOwn: false }] : []),
    ...(user ? [{ path: user, label: user, isOwn: true }] : []),
  ];
  const read: FileSettings[] = [];
  for (const file of files) {
    const found = fileAt(file.path, file.label);
    if (found !== null) read.push(await settingsIn(found, file));
  }
  return read;
}

/** Where the ledger is: by the environment, else by the user's own file, else beside the journal. */
export async function ledgerPlace(env: Variables, cwd: string): Promise<string> {
  const { state, ledger } = placesHere(env, cwd);
  return ledger === state ? ((await own('ledger', env, cwd))?.value ?? ledger) : ledger;
}

/** The bucket that paid answers are kept in as well, and where in it; null where they are kept on this machine alone. */
export async function journalPlace(env: Variables, cwd: string): Promise<string | null> {
  const found = await asked('journal', env, cwd);
  if (found === null || found.value === 'local') return null;
  if (isInBucket(found.value)) return found.value;
  if (found.value !== 'store')
    throw usageFailure(
      `${found.from} takes local, store or s3://bucket/prefix, not "${printable(found.value)}".`,
      'store means the bucket that PIXTAB_STORE names.',
    );
  const store = await asked('store', env, cwd);
  if (store !== null && isInBucket(store.value)) return store.value;
  throw usageFailure(
    `${found.from} is "store", and your store is in no bucket.`,
    'Set PIXTAB_STORE=s3://bucket/prefix, or name a place for answers alone: PIXTAB_JOURNAL=s3://bucket/prefix.',
  );
}

/** What the user set, in the environment or else in the own file; what came with a folder is not asked. */
const asked = async (name: Preference, env: Variables, cwd: string): Promise<Found | null> =>
  preferencesIn(env, '').get(name) ?? (await own(name, env, cwd));

async function own(name: Preference, env: Variables, cwd: string): Promise<Found | null> {
  const path = userFile(env, cwd);
  const file = path === null ? null : fileAt(path, path);
  if (file === null || path === null) return null;
  const { preferences } = await settingsIn(file, { path, label: path, isOwn: true });
  return preferences.get(name) ?? null;
}

export interface SettingsSource {
  readonly path: string;
  readonly label: string;
  /** The file is the user's own, and did not come with a folder. */
  readonly isOwn: boolean;
}

/** Reads the text of a settings file. Failure `usage` says what in it is wrong, and where. */
export async function settingsIn(
  { text, isOpen }: TextFile,
  { path, label, isOwn }: SettingsSource,
): Promise<FileSettings> {
  const json = parsed(text, label);
  // Only who has a settings file pays for the schema library at start-up.
  const { readSettings } = await import('./schema.ts');
  const settings = readSettings(json, label);
  const preferences = new Map<Preference, Found>();
  // A path in a file starts where the file is.
  const fromFile = (value: string): string => resolve(dirname(path), value);
  for (const name of PREFERENCES) {
    const value = settings[name]?.trim();
    if (!value) continue;
    if (!isOwn && isOfTheUser(name)) throw notByAFolder(name, label);
    const isPath = name === 'prices' || (name === 'ledger' && !isServer(value));
    const found = isPath ? fromFile(value) : value;
    preferences.set(name, { value: found, from: `"${name}" in ${label}` });
  }
  const key = settings['api-key']?.trim();
  const { gateways } = settings;
  if (gateways !== undefined && !isOwn) throw notByAFolder('gateways', label);
  return {
    isOwn,
    folder: dirname(path),
    preferences,
    key: key ? { value: key, from: `"api-key" in ${label}`, open: isOpen } : null,
    gateways:
      gateways === undefined ? new Map() : await gatewaysIn(gateways, `${label}, "gateways"`, fromFile),
  };
}

/** Gateways of the user's own, with the paths in them made whole. */
export async function gatewaysIn(
  json: unknown,
  where: string,
  fromFile: (path: string) => string,
): Promise<OwnGateways> {
  const { readGateways } = await import('./gateway-schema.ts');
  return new Map(
    Array.from(readGateways(json, where), ([name, { prices, ...gateway }]) => [
      name,
      prices === undefined ? gateway : { ...gateway, prices: fromFile(prices) },
    ]),
  );
}

function notByAFolder(name: (typeof NOT_BY_A_FOLDER)[number] | 'gateways', label: string): Failure {
  const why = HARM[name === 'gateways' ? 'gateway' : name];
  const ways =
    name === 'gateways'
      ? 'in PIXTAB_GATEWAYS'
      : `in ${variableOf(name)}${hasFlag(name) ? `, or pass --${name}` : ''}`;
  return usageFailure(
    `${label}: "${name}" cannot be set in a project's file, which must not ${why}.`,
    `Set it in your own settings file, or ${ways}.`,
  );
}

/** A text as JSON. Failure `usage` with the line where it is none. */
export function parsed(withComments: string, label: string): unknown {
  const text = withoutComments(withComments);
  const mistake = syntaxMistakeIn(text);
  if (mistake) throw usageFailure(`${label}, line ${mistake.line}: expected ${mistake.expected}.`);
  return JSON.parse(text);
}

/** Comments become space, so that whatever follows them keeps its line. */
const withoutComments = (text: string): string =>
  text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\n]/g, ' '),
  );

/**
 * `.pixtab.json` here or in the nearest folder above, up to the root of the repository. Outside of one only the folder
 * itself counts: what lies above it may be anybody's, /tmp for instance.
 */
export function projectFile(cwd: string): string | null {
  const here = join(cwd, '.pixtab.json');
  let nearest: string | null = null;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, '.pixtab.json');
    if (nearest === null && existsSync(path)) nearest = path;
    if (existsSync(join(folder, '.git'))) return nearest;
    if (dirname(folder) === folder) return nearest === here ? here : null;
  }
}

/** Without a home folder there is none. Whatever keeps books there will say that it is missing. */
function userFile(env: Variables, cwd: string): string | null {
  const places = placesIfAny(env, cwd);
  return places && join(places.config, 'config.json');
}

export interface TextFile {
  readonly text: string;
  /** Others can read it. */
  readonly isOpen: boolean;
}

/** More than any settings have. */
const MOST_BYTES = 1024 * 1024;

/** A text file; null when there is none. It reads synchronously, which starts sooner: nothing else goes on yet. */
export function fileAt(path: string, label: string, alsoNone: readonly string[] = []): TextFile | null {
  try {
    const { bytes, about } = readNow(path, MOST_BYTES, label);
    return { text: decoded(bytes, label), isOpen: isOpenToOthers(about) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (['ENOENT', 'ENOTDIR', ...alsoNone].includes(code)) return null;
    throw new Failure('usage', `${label} cannot be read (${code}).`, { cause: error });
  }
}

/** Deeper than any settings are. */
const DEEPEST = 100;

export interface SyntaxMistake {
  /** From 1. */
  readonly line: number;
  /** What should be there instead. */
  readonly expected: string;
}

/** Where a text stops being JSON, since JSON.parse does not always say; null when it is JSON throughout. */
export function syntaxMistakeIn(text: string): SyntaxMistake | null {
  let at = 0;
  let depth = 0;

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) return false;
    at += found.length;
    return true;
  };
  const space = (): boolean => take(/[ \t\r\n]*/y);
  const token = (pattern: RegExp): boolean => take(pattern) && space();
  // eslint-disable-next-line no-control-regex -- a text must not hold them
  const string = (): boolean => token(/"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y);
  const scalar = (): boolean => token(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y);

  // Each of these moves on and returns what is missing, or null.
  const value = (): string | null => {
    if (string() || scalar()) return null;
    if (depth === DEEPEST) return 'fewer brackets within each other';
    depth += 1;
    const inside = token(/\[/y)
      ? listed(/\]/y, ']', value)
      : token(/\{/y)
        ? listed(/\}/y, '}', member)
        : undefined;
    depth -= 1;
    if (inside !== undefined) return inside;
    return text[at] === '"' ? 'the " that ends this text' : 'a value';
  };
  const member = (): string | null => {
    if (!string()) return 'a name in "quotation marks"';
    return token(/:/y) ? value() : 'a colon';
  };
  const listed = (close: RegExp, end: string, one: () => string | null): string | null => {
    if (token(close)) return null;
    do {
      const missing = one();
      if (missing !== null) return missing;
    } while (token(/,/y));
    return token(close) ? null : `a comma or ${end}`;
  };

  space();
  const expected = value() ?? (at === text.length ? null : 'the end of the file');
  return expected === null ? null : { line: text.slice(0, at).split('\n').length, expected };
}
