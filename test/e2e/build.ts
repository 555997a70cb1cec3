import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, rolldown, type BuildOptions, type OutputOptions } from 'rolldown';
import { writeCompletionTable } from '../../build/completion-table.mjs';
import { writeHelpPages } from '../../build/help-pages.mjs';
import { writeVersionPage } from '../../build/version-page.mjs';
import packageJson from '../../package.json' with { type: 'json' };
import config from '../../rolldown.config.js';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the project, where its packages are found. */
const BUILDS = join(ROOT, 'node_modules/.cache');
const PREFIX = 'pixtab-e2e-';
/** Scripts that tests run as processes of their own. */
const SCRIPTS = ['storer', 'writer', 'sender'];

/**
 * Builds what the end-to-end tests run into a folder of its own, so that nobody's dist/ changes while it is used, and gives
 * all of them one folder for what they write. Both are gone afterwards, also those of a run that was killed.
 */
export async function setup(): Promise<() => Promise<void>> {
  await mkdir(BUILDS, { recursive: true });
  const before = tmpdir();
  await sweep([BUILDS, before]);
  const built = await mkdtemp(join(BUILDS, `${PREFIX}${process.pid}-`));
  const temporary = await mkdtemp(join(before, `${PREFIX}${process.pid}-`));
  await cp(join(ROOT, 'bin'), join(built, 'bin'), { recursive: true });
  const options: BuildOptions = { ...(config as BuildOptions), cwd: ROOT };
  await build({ ...options, output: { ...config.output, dir: join(built, 'dist') } as OutputOptions });
  writeCompletionTable(built, temporary);
  await writeHelpPages(built, temporary);
  await writeVersionPage(built, packageJson.version);
  const input = Object.fromEntries(SCRIPTS.map((name) => [name, join(ROOT, `test/support/${name}.ts`)]));
  const scripts = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  await scripts.write({ dir: join(built, 'scripts'), format: 'esm', entryFileNames: '[name].mjs' });
  await scripts.close();
  // Workers, and what they start, have it from here.
  process.env['PIXTAB_TEST_BIN'] = join(built, 'bin/pixtab.cjs');
  process.env['TMPDIR'] = temporary;
  return async () => {
    process.env['TMPDIR'] = before;
    await Promise.all([built, temporary].map(removed));
  };
}

/** Takes away what runs left that were killed. */
async function sweep(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
      if (pid !== undefined && !isRunning(Number(pid))) await removed(join(folder, name));
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A test that was cut off may have left a file system in it. */
async function removed(folder: string): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  for (const [, path = ''] of mounts.matchAll(/^\S+ (\S+)/gm)) {
    if (path.startsWith(`${folder}/`)) execFileSync('umount', ['-l', path]);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
