// npm run mutation [-- folder…]: changes the source in thousands of small ways, one at a time, and says which of them no test notices.
// `npm run mutation -- core/pricing core/policy/budget.ts` takes a folder of the table below, or a part of one. What was found out
// before is kept and taken up; a change that cannot matter stands in bench/mutation.yaml, with its reason.
// PIXTAB_MUTATION_EVERY=4 tries every fourth change alone, and keeps nothing.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { parse } from 'yaml';
import { isSampled } from './mutation-plugins.mjs';

const ROOT = join(import.meta.dirname, '..');
// Outside of the checkout: npm ci empties node_modules.
const KEPT = envPaths('pixtab-mutation', { suffix: '' }).cache;
// 10 needs Node 22. It is brought for this alone: nobody who changes or tests pixtab needs it, and it loads its plugins from a
// checkout of its own.
const STRYKER = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'];

const EVERY = Number(process.env.PIXTAB_MUTATION_EVERY ?? 1);

/** In the order of what money hangs on. A folder's own tests, which are fast, should notice by themselves. */
const FOLDERS = {
  'core/pricing': { tests: ['core/pricing'] },
  'core/policy': { tests: ['core/policy'] },
  failures: {
    mutate: ['core/errors.ts', 'adapters/failures'],
    tests: ['core/errors.test.ts', 'core/policy/next-try.test.ts', 'adapters/failures'],
  },
  purchase: {
    tests: [
      'purchase',
      ...['create', 'batch', 'queue', 'ledger', 'shared'].map((room) => `commands/${room}`),
    ],
  },
  reader: {
    mutate: [
      'reply',
      'candidate',
      'usage',
      'choices',
      'imagen',
      'unbilled',
      'operation',
      'scan-json-lines',
    ].map((name) => `adapters/google/${name}.ts`),
    tests: ['adapters/google', 'adapters/answers', 'purchase/batch'],
  },
  'core/order': { tests: ['core/order', 'core/pricing'] },
  'core/catalogue': {
    mutate: ['core/catalogue/*.ts'],
    tests: ['core/catalogue', 'core/pricing', 'adapters/prices'],
  },
  'core/manifest': { tests: ['core/manifest', 'project'] },
  'core/invoice': { tests: ['core/invoice'] },
  'core/files': { tests: ['core/files'] },
  'core/text': { tests: ['core/text'] },
  'core/providers': { tests: ['core/providers'] },
  'core/completion': { tests: ['core/completion'] },
};

const asked = process.argv.slice(2);
const runs = new Map(asked.length > 0 ? [] : Object.keys(FOLDERS).map((folder) => [folder, null]));
for (const word of asked) {
  const [folder, path] = runOf(word);
  runs.set(folder, path === null || runs.get(folder) === null ? null : [...(runs.get(folder) ?? []), path]);
}
const explained = readExplained();
const copy = copied();
let unexplained = 0;
let stryker;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stryker?.kill(signal));
try {
  for (const [folder, only] of runs) unexplained += summed(folder, only, await mutated(folder, only));
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (unexplained > 0) process.exitCode = 1;

/** A name of the table, or a path below src/ that one of them covers, with lines if that is all: core/pricing/bill.ts:40-60. */
function runOf(word) {
  const asPath = word.replace(/^src\/|\/$/g, '');
  if (asPath in FOLDERS) return [asPath, null];
  const path = asPath.replace(/:\d+-\d+$/, '');
  const covers = ([name, { mutate = [name] }]) =>
    mutate.some((each) => path.startsWith(each.replace('/*.ts', '')));
  const folder = Object.entries(FOLDERS).find(covers)?.[0];
  if (folder === undefined || !existsSync(join(ROOT, 'src', path)))
    throw new Error(
      `${word} is none of ${Object.keys(FOLDERS).join(', ')}, and no path below src/ of theirs.`,
    );
  return [folder, asPath];
}

/** The checkout as it stands: Stryker writes into what it mutates. */
function copied() {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-mutation-'));
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const name of names.split('\0').filter((each) => each !== '' && existsSync(join(ROOT, each)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(installed(), join(folder, 'node_modules'));
  return folder;
}

/** All that pixtab depends on, and Stryker; brought once for each lock file. */
function installed() {
  const folder = join(KEPT, 'packages');
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const done = join(folder, 'done');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== lock + STRYKER) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'prepare'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json', 'prepare/package.json'])
      cpSync(join(ROOT, name), join(folder, name));
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags, ...STRYKER], { cwd: folder, stdio: 'inherit' });
    writeFileSync(done, lock + STRYKER);
  }
  return join(folder, 'node_modules');
}

/** Runs Stryker over a folder, and gives its mutants, each with its file and what stood there. */
async function mutated(folder, only) {
  const { mutate = [folder], tests } = FOLDERS[folder];
  const globs = (only ?? mutate).map((path) => `src/${path.includes('.ts') ? path : `${path}/**/*.ts`}`);
  const report = join(copy, 'mutation-report.json');
  const kept = join(KEPT, `${folder.replaceAll('/', '-')}.json`);
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(
    join(copy, 'vitest.mutation.config.ts'),
    `import base from './vitest.config.ts';
import { QuickFirst as sequencer } from './bench/mutation-order.mjs';
const [{ plugins, test }] = base.test.projects;
const include = ${JSON.stringify(tests.map((path) => (path.endsWith('.ts') ? `test/${path}` : `test/${path}/**/*.test.ts`)))};
export default { plugins, test: { ...test, include, maxWorkers: 1, sequence: { sequencer } } };
`,
  );
  writeFileSync(
    join(copy, 'stryker.config.json'),
    JSON.stringify({
      plugins: ['@stryker-mutator/vitest-runner', './bench/mutation-plugins.mjs'],
      checkers: EVERY > 1 ? ['sample'] : [],
      testRunner: 'vitest',
      vitest: { configFile: 'vitest.mutation.config.ts', related: false },
      mutate: globs,
      // Sentences are only words; a name or an object that is emptied is refused by the compiler, which no mutant meets here.
      mutator: { excludedMutations: ['StringLiteral', 'ObjectLiteral'] },
      inPlace: true,
      // TypeScript 7 has no interface of the kind that it wants to rewrite paths with.
      tsconfigFile: 'none.json',
      concurrency: Number(process.env.PIXTAB_MUTATION_WORKERS ?? 1),
      coverageAnalysis: 'perTest',
      // A mutant that hangs is stopped when it has gone through a hundred times as often; the clock is for the rest.
      timeoutMS: 30_000,
      dryRunTimeoutMinutes: 20,
      incremental: EVERY === 1,
      incrementalFile: kept,
      reporters: ['json', 'progress-append-only', 'survivors'],
      jsonReporter: { fileName: report },
    }),
  );
  const stdio = ['ignore', 'inherit', 'inherit'];
  stryker = spawn(process.execPath, [join('node_modules', '.bin', 'stryker'), 'run'], { cwd: copy, stdio });
  const [status, signal] = await once(stryker, 'close');
  if (status !== 0) throw new Error(`Stryker ended with ${status ?? signal} on ${folder}.`);
  return Object.entries(JSON.parse(readFileSync(report, 'utf8')).files).flatMap(
    ([path, { source, mutants }]) =>
      mutants
        .filter((mutant) => isSampled(mutant, EVERY))
        .map((mutant) => ({
          ...mutant,
          path: path.replace(/^src\//, ''),
          was: taken(source, mutant.location),
        })),
  );
}

/** Prints what became of a folder; gives how many survivors nobody explained. */
function summed(folder, only, mutants) {
  const has = (...states) => mutants.filter(({ status }) => states.includes(status));
  const survivors = has('Survived', 'NoCoverage').map((mutant) => ({ ...mutant, change: changeOf(mutant) }));
  const known = survivors.filter(({ path, change }) => explained.has(`${path}: ${change}`));
  const open = survivors.filter((mutant) => !known.includes(mutant));
  const killed = has('Killed').length;
  const hung = has('Timeout').length;
  const all = killed + hung + survivors.length;
  const matter = all - known.length;
  console.log(
    `\n${only?.join(' ') ?? folder}: ${all} mutants, ${killed} killed, ${hung} timed out, ${survivors.length} survived, of which ${known.length} explained; score ${percent((killed + hung) / all)}, without the explained ${percent((killed + hung) / matter)}`,
  );
  for (const { path, location, change, status } of open)
    console.log(
      `  src/${path}:${location.start.line}  ${change}${status === 'NoCoverage' ? '  (no test comes here)' : ''}`,
    );
  const lives = new Set(survivors.map(({ path, change }) => `${path}: ${change}`));
  const paths = new Set(mutants.map(({ path }) => path));
  const gone = EVERY > 1 ? [] : [...explained].filter(([key, path]) => paths.has(path) && !lives.has(key));
  for (const [key] of gone) console.log(`  explained in bench/mutation.yaml, but killed or gone: ${key}`);
  return open.length + gone.length;
}

/** A change as bench/mutation.yaml names it: line numbers move, so it goes by what stood there. */
function changeOf({ was, replacement }) {
  const short = (text) => {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > 100 ? `${line.slice(0, 100)}…` : line;
  };
  return `${short(was)} → ${short(replacement)}`;
}

function taken(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

/** Every explained change, with its file. */
function readExplained() {
  const reasons = parse(readFileSync(join(import.meta.dirname, 'mutation.yaml'), 'utf8')) ?? [];
  return new Map(
    reasons.flatMap(({ changes }) =>
      Object.entries(changes).flatMap(([path, list]) => list.map((change) => [`${path}: ${change}`, path])),
    ),
  );
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
