import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INITIALIZE } from '../build/initialize.mjs';
import { BIN } from './process.mjs';

const BUILT = pathToFileURL(join(BIN, '../../dist/')).href;

/** What answering offline has no need of: each costs more than everything else that is loaded. */
export const HEAVY = [
  '@google/genai',
  'sharp',
  'ora',
  '@photostructure/sqlite',
  'zod',
  'jsonc-parser',
  'pg',
  'pg-boss',
  'prom-client',
];

/** Runs pixtab in an empty folder, away from anybody's settings and books. */
export function runPixtab(args, folder, more = {}, input = '') {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PIXTAB|GOOGLE|GEMINI)_/.test(name)),
  );
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { ...env, PIXTAB_HOME: join(folder, 'home'), ...more },
    encoding: 'utf8',
    input,
  });
}

/** The exit code of a command line, the files it loaded, the packages whose code is in them, and modules of Node: V8 knows, whichever way they came in. */
export function loadedBy(args) {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-loaded-'));
  try {
    const coverage = join(folder, 'coverage');
    const { status } = runPixtab(args, folder, { NODE_V8_COVERAGE: coverage });
    const urls = readdirSync(coverage)
      .flatMap((file) => JSON.parse(readFileSync(join(coverage, file), 'utf8')).result)
      .map(({ url }) => url);
    const files = urls.filter((url) => url.startsWith('file:'));
    const packages = files.flatMap(sourcesOf).flatMap(packageOf);
    const builtins = urls.filter((url) => url.startsWith('node:'));
    return { status, files, packages: [...new Set(packages)], builtins };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says which files there are when the first word is written. */
const AT_FIRST_WORD = `const { write } = process.stdout;
process.stdout.write = function (...said) {
  process.stdout.write = write;
  process.stderr.write(JSON.stringify(Object.keys(require.cache)));
  return write.apply(this, said);
};`;

/** The packages whose code a server of agents has when it answers its client for the first time. */
export function loadedAtFirstWord(args) {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-loaded-'));
  try {
    const hook = join(folder, 'hook.cjs');
    writeFileSync(hook, AT_FIRST_WORD);
    const more = { NODE_OPTIONS: `--require "${hook}"` };
    const { stdout, stderr } = runPixtab(args, folder, more, INITIALIZE);
    const files = JSON.parse(stderr.slice(stderr.indexOf('["'), stderr.lastIndexOf('"]') + 2));
    const urls = files.flatMap((file) => (file === hook ? [] : pathToFileURL(file).href));
    return { stdout, packages: [...new Set(urls.flatMap(sourcesOf).flatMap(packageOf))] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file itself, or the sources of one that was built. */
function sourcesOf(url) {
  if (!url.startsWith(BUILT)) return [url];
  const map = new URL(`${url}.map`);
  if (!existsSync(map)) return [];
  return JSON.parse(readFileSync(map, 'utf8')).sources.map((source) => new URL(source, map).href);
}

// No package begins with a dot: what tests build lies in such a folder.
const packageOf = (path) => /.*node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\//.exec(path)?.[1] ?? [];
