// The whole suite, again and again: `npm run matrix`, or a part of it: `npm run matrix -- quiet busy 22 24 26`.
// Five times in a row, three times beside two busy loops, and once on each Node of npm's package of that name.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const LOOPS = 2;

const SERIES = {
  quiet: { runs: 5, loops: 0 },
  busy: { runs: 3, loops: LOOPS },
  22: { runs: 1, loops: 0 },
  24: { runs: 1, loops: 0 },
  26: { runs: 1, loops: 0 },
};

const folder = mkdtempSync(join(tmpdir(), 'pixtab-matrix-'));
const asked = process.argv.slice(2);
let failed = 0;
try {
  for (const name of asked.length > 0 ? asked : ['quiet', 'busy', '22', '24', '26']) {
    const series = SERIES[name];
    if (series === undefined) throw new Error(`${name} is none of ${Object.keys(SERIES).join(', ')}`);
    const node = /^\d+$/.test(name) ? nodeOf(name) : process.execPath;
    for (let run = 1; run <= series.runs; run += 1) {
      const result = await suite(node, series.loops);
      if (result.failed.length > 0 || result.code !== 0) failed += 1;
      console.log(
        `${name.padEnd(6)}${run}  exit ${result.code}  ${result.seconds.toFixed(0).padStart(4)} s  ${result.passed} passed, ${result.failed.length} failed, ${result.skipped} skipped  ${result.version}`,
      );
      for (const test of result.failed) console.log(`          ${test}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${availableParallelism()} cores; ${failed === 0 ? 'all passed' : `${failed} runs failed`}`);
if (failed > 0) process.exitCode = 1;

/** The node of a major version, as npm has it. */
function nodeOf(major) {
  const name = `node-${process.platform}-${process.arch}`;
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', join(folder, major)];
  execFileSync('npm', ['install', ...flags, `${name}@${major}`], { cwd: folder, stdio: 'ignore' });
  return join(folder, major, 'node_modules', name, 'bin', 'node');
}

async function suite(node, loops) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const busy = Array.from({ length: loops }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const began = performance.now();
  try {
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    const args = [VITEST, 'run', '--reporter=json', `--outputFile=${report}`];
    const { status } = spawnSync(node, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'ignore'] });
    const { testResults, numPassedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    return {
      code: status,
      seconds: (performance.now() - began) / 1000,
      passed: numPassedTests,
      skipped: numPendingTests,
      failed: [
        ...all.filter(({ status }) => status === 'failed').map(whatFailed),
        ...testResults
          .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
          .map(({ name }) => name),
      ],
      version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    };
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

function whatFailed({ fullName, failureMessages: [why = ''] }) {
  return `${fullName}\n            ${why.split('\n', 1)[0]}`;
}
