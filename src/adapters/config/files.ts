import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Failure, usageFailure } from '../../core/errors.ts';
import { placesHere } from './folders.ts';
import { syntaxMistakeIn } from './syntax.ts';
import {
  type Found,
  NOT_BY_A_FOLDER,
  PREFERENCES,
  type Preference,
  type Variables,
  variableOf,
} from './variables.ts';

export interface FileSettings {
  readonly key: Found | null;
  readonly preferences: ReadonlyMap<Preference, Found>;
}

/** The `.env` of the working directory; empty where there is none. */
export function readDotenv(cwd: string): Variables {
  const text = textOf(join(cwd, '.env'), '.env', ['EISDIR']);
  return text === null ? {} : parseEnv(text);
}

/** Project file, then user file, as far as they exist. */
export async function readSettingsFiles(env: Variables, cwd: string): Promise<readonly FileSettings[]> {
  const project = projectFile(cwd);
  const user = userFile(env, cwd);
  const files = [
    ...(project ? [{ path: project, label: relative(cwd, project), isOwn: false }] : []),
    ...(user ? [{ path: user, label: user, isOwn: true }] : []),
  ];
  const read: FileSettings[] = [];
  for (const file of files) {
    const text = textOf(file.path, file.label);
    if (text !== null) read.push(await settingsIn(text, file));
  }
  return read;
}

interface SettingsSource {
  readonly path: string;
  readonly label: string;
  /** The user's own, not one that came with a folder. */
  readonly isOwn: boolean;
}

async function settingsIn(text: string, { path, label, isOwn }: SettingsSource): Promise<FileSettings> {
  const json = parse(text, label);
  // Only who has a settings file pays for the schema library at start-up.
  const { readSettings } = await import('./schema.ts');
  const settings = readSettings(json, label);
  const preferences = new Map<Preference, Found>();
  for (const name of PREFERENCES) {
    const value = settings[name]?.trim();
    if (!value) continue;
    if (!isOwn && NOT_BY_A_FOLDER.includes(name)) throw notByAFolder(name, label);
    // A path in a file starts where the file is.
    const found = name === 'prices' ? resolve(dirname(path), value) : value;
    preferences.set(name, { value: found, from: `"${name}" in ${label}` });
  }
  const key = settings['api-key']?.trim();
  return { preferences, key: key ? { value: key, from: `"api-key" in ${label}` } : null };
}

function notByAFolder(name: Preference, label: string): Failure {
  return usageFailure(
    `${label}: "${name}" cannot be set in a project's file, which must not fake a price.`,
    `Set it in your own settings file, in ${variableOf(name)}, or pass --${name}.`,
  );
}

function parse(text: string, label: string): unknown {
  const mistake = syntaxMistakeIn(text);
  if (mistake) throw usageFailure(`${label}, line ${mistake.line}: expected ${mistake.expected}.`);
  return JSON.parse(text);
}

/**
 * `.pixtab.json` here or in the nearest folder above, up to the root of the repository. Outside of one only the folder
 * itself counts: what lies above it may be anybody's, /tmp for instance.
 */
function projectFile(cwd: string): string | null {
  const here = join(cwd, '.pixtab.json');
  let nearest: string | null = null;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, '.pixtab.json');
    if (nearest === null && existsSync(path)) nearest = path;
    if (existsSync(join(folder, '.git'))) return nearest;
    if (dirname(folder) === folder) return nearest === here ? here : null;
  }
}

function userFile(env: Variables, cwd: string): string | null {
  try {
    return join(placesHere(env, cwd).config, 'config.json');
  } catch (error) {
    // Nobody's home, nobody's preferences. What needs a home to keep its books will say so.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** A file's text; null when there is none. Synchronous: nothing else goes on yet, and it starts sooner. */
function textOf(path: string, label: string, alsoNone: readonly string[] = []): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (['ENOENT', 'ENOTDIR', ...alsoNone].includes(code)) return null;
    throw new Failure('usage', `${label} cannot be read (${code}).`, { cause: error });
  }
}
