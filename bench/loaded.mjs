import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BIN } from './process.mjs';

const BUILT = pathToFileURL(join(BIN, '../../dist/')).href;

/** What answering offline has no need of: each costs more than everything else that is loaded. */
export const HEAVY = ['@google/genai', 'sharp', 'ora', 'libsql', 'zod', 'jsonc-parser'];

/** Runs pixtab in an empty folder, away from anybody's settings and books. */
export function runPixtab(args, folder, more = {}) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PIXTAB|GOOGLE|GEMINI)_/.test(name)),
  );
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { ...env, PIXTAB_HOME: join(folder, 'home'), ...more },
    encoding: 'utf8',
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

/** A file itself, or the sources of one that was built. */
function sourcesOf(url) {
  if (!url.startsWith(BUILT)) return [url];
  const map = new URL(`${url}.map`);
  if (!existsSync(map)) return [];
  return JSON.parse(readFileSync(map, 'utf8')).sources.map((source) => new URL(source, map).href);
}

const packageOf = (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [];
