// Builds dist/: bundles src/ with everything that is JavaScript, and keeps what V8 compiles of it for the next start.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { build } from 'rolldown';
import config from '../rolldown.config.js';
import { writeCompletionTable } from './completion-table.mjs';
import { writeHelpPages } from './help-pages.mjs';
import { INITIALIZE } from './initialize.mjs';
import { writeVersionPage } from './version-page.mjs';

await build(config);

/** What most starts run; each goes on from the cache of the one before. */
const USUAL = [
  ['--help'],
  ['--version'],
  ['models'],
  ['estimate', 'a cat'],
  ['completion', 'zsh', '--', '-m', ''],
  ['plan'],
  ['a cat', '--sandbox', '-o', 'a.jpg'],
  ['spend', '--sandbox'],
  ['history', '--sandbox'],
  ['mcp', '--sandbox'],
];

const folder = mkdtempSync(join(tmpdir(), 'pixtab-build-'));
try {
  writeFileSync(join(folder, 'pixtab.jsonl'), '{"id":"cat","prompt":"a cat"}\n');
  writeCompletionTable(join(import.meta.dirname, '..'), folder);
  const pages = writeHelpPages(join(import.meta.dirname, '..'), folder);
  for (const args of USUAL) {
    // Where one of them cannot run, starts are slower, and everything else is as it was.
    spawnSync(execPath, [join(import.meta.dirname, 'keep-compiled.cjs'), ...args], {
      cwd: folder,
      input: args[0] === 'mcp' ? INITIALIZE : '',
      env: { PATH: env.PATH, HOME: folder, PIXTAB_HOME: join(folder, 'home') },
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: 60_000,
    });
  }
  await pages;
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  await writeVersionPage(join(import.meta.dirname, '..'), version);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
