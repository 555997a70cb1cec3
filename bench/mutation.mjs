// npm run mutation [-- folder…]: changes the source in thousands of small ways, one at a time, and says which of them no test notices.
// `npm run mutation -- core/pricing core/policy/budget.ts` takes a folder of the table below, or a part of one. A change that cannot
// matter stands in bench/mutation.yaml, with its reason. bench/mutation-runner.mjs runs the tests.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { startVitest } from 'vitest/node';
import { parse } from 'yaml';
import { page } from '../build/page.mjs';

const ROOT = join(import.meta.dirname, '..');
/** Makes the changes. It is brought for this alone: nobody who changes or tests pixtab needs it. 10 needs Node 22. */
const STRYKER = '@stryker-mutator/instrumenter@9.6.1';

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
  'core/manifest': { tests: ['core/manifest'] },
  'core/invoice': { tests: ['core/invoice'] },
  'core/files': { tests: ['core/files'] },
  'core/text': { tests: ['core/text'] },
  'core/providers': { tests: ['core/providers'] },
  // Without cut.test.ts: with every pixel counted, its sheets take minutes.
  'core/drafts': {
    tests: ['divide', 'grid', 'lines', 'small-sheets'].map((name) => `core/drafts/${name}.test.ts`),
  },
  'core/doctor': { mutate: ['core/doctor.ts', 'core/doctor-models.ts'], tests: ['core/doctor.test.ts'] },
  'core/completion': { tests: ['core/completion'] },
};

const asked = process.argv.slice(2);
const runs = new Map(asked.length > 0 ? [] : Object.keys(FOLDERS).map((folder) => [folder, null]));
for (const word of asked) {
  const [folder, path] = runOf(word);
  runs.set(folder, path === null || runs.get(folder) === null ? null : [...(runs.get(folder) ?? []), path]);
}
const explained = readExplained();
const instrumenter = await loadInstrumenter();
const copy = copied();
process.chdir(copy);
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
let unexplained = 0;
for (const [folder, only] of runs)
  unexplained += summed(only?.join(' ') ?? folder, await mutated(folder, only));
process.exitCode = unexplained > 0 ? 1 : 0;

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

/** The checkout as it stands: what is changed runs there, and writes where it should not. */
function copied() {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-mutation-'));
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const name of names.split('\0').filter((each) => each !== '' && existsSync(join(ROOT, each)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function loadInstrumenter() {
  // Outside of the checkout: npm ci empties node_modules.
  const folder = join(envPaths('pixtab-mutation', { suffix: '' }).cache, STRYKER.replaceAll('/', '-'));
  const path = join(folder, 'node_modules/@stryker-mutator/instrumenter/dist/src/index.js');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags, STRYKER], { cwd: folder, stdio: 'inherit' });
  }
  const { Instrumenter } = await import(path);
  return new Instrumenter({ debug() {}, info() {}, isDebugEnabled: () => false });
}

/** Tries all changes of a folder; gives them, each with its path below src/, what stood there, and what became of it. */
async function mutated(folder, only) {
  const { mutate = [folder], tests } = FOLDERS[folder];
  const sources = (only ?? mutate).flatMap(filesOf).map(({ path, lines }) => ({
    name: join(copy, 'src', path),
    path,
    content: readFileSync(join(copy, 'src', path), 'utf8'),
    mutate: lines === undefined || [
      { start: { line: lines[0] - 1, column: 0 }, end: { line: lines[1], column: 0 } },
    ],
  }));
  const { files, mutants } = await instrumenter.instrument(sources, {
    plugins: null,
    ignorers: [],
    // Sentences are only words; a name or an object that is emptied is refused by the compiler, which no change meets here.
    excludedMutations: ['StringLiteral', 'ObjectLiteral'],
  });
  for (const { name, content } of files) writeFileSync(name, content);
  const source = new Map(sources.map(({ name, content }) => [name, content]));
  const changes = new Map(
    mutants
      .filter(({ status }) => status === undefined)
      .map((mutant) => {
        const { id, fileName: path, location } = mutant;
        return [id, { id, path, line: location.start.line + 1, change: changeOf(source.get(path), mutant) }];
      }),
  );
  await tryAll(
    changes,
    tests.map((path) => (path.endsWith('.ts') ? `test/${path}` : `test/${path}/**/*.test.ts`)),
  );
  for (const { name, content } of sources) writeFileSync(name, content);
  return [...changes.values()].map((change) => ({
    ...change,
    path: change.path.slice(join(copy, 'src/').length),
  }));
}

/** The files of a path below src/: of a folder all, of core/catalogue/*.ts those beside each other, and of bill.ts:40-60 some lines. */
function filesOf(word) {
  const [, path, from, to] = /^(.+?)(?::(\d+)-(\d+))?$/.exec(word);
  if (from !== undefined) return [{ path, lines: [Number(from), Number(to)] }];
  if (path.endsWith('.ts') && !path.endsWith('/*.ts')) return [{ path }];
  const folder = path.replace('/*.ts', '');
  return readdirSync(join(ROOT, 'src', folder), { recursive: folder === path, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: `${folder}/${name}` }));
}

/** Has a process of tests say what became of each change, and another when one ends before: by a change, or because it is not sound. */
async function tryAll(changes, include) {
  const log = join(copy, 'mutation.log');
  rmSync(`${log}.known`, { force: true });
  for (;;) {
    const open = [...changes.values()].filter(({ state }) => state === undefined || state === 'later');
    if (open.length === 0) return;
    writeFileSync(log, '');
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        root: copy,
        include,
        globalSetup: ['test/support/lacking.ts', 'test/support/postgres-server.ts'],
        runner: join(import.meta.dirname, 'mutation-runner.mjs'),
        provide: {
          mutation: {
            log,
            changes: open.map(({ id, path, state }) => ({ id, path, isLater: state === 'later' })),
          },
        },
        isolate: false,
        maxWorkers: 1,
        maxConcurrency: 1,
        testTimeout: 60_000,
        hookTimeout: 60_000,
        update: false,
        silent: true,
        reporters: [{}],
        watch: false,
      },
      { plugins: [page] },
    );
    await vitest.close();
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    for (const { note } of lines.filter((line) => 'note' in line)) console.log(note);
    const { error } = lines.find((line) => 'error' in line) ?? {};
    if (error !== undefined) throw new Error(error);
    for (const { id, state } of lines.filter((line) => 'state' in line)) changes.get(id).state = state;
    if (lines.every((line) => 'note' in line)) throw new Error('The tests ended before a change was tried.');
    // What ends the process in which nothing else was tried, has no end itself, or takes all memory.
    const [first, second] = lines.filter((line) => 'trying' in line);
    if (first !== undefined && second === undefined && !lines.some(({ id }) => id === first.trying))
      changes.get(first.trying).state = 'hung';
  }
}

/** Prints what became of a folder; gives how many survivors nobody explained. */
function summed(title, mutants) {
  const has = (...states) => mutants.filter(({ state }) => states.includes(state));
  const survivors = has('survived', 'unreached');
  const { paired: known, left: open } = pairedOff(survivors, explained);
  const killed = has('killed').length;
  const hung = has('hung').length;
  const all = killed + hung + survivors.length;
  const matter = all - known.length;
  console.log(
    `\n${title}: ${all} changes, ${killed} noticed, ${hung} by their having no end, ${survivors.length} survived, of which ${known.length} explained; score ${percent((killed + hung) / all)}, without the explained ${percent((killed + hung) / matter)}`,
  );
  for (const { path, line, change, state } of open)
    console.log(
      `  src/${path}:${line}  ${change}${state === 'unreached' ? '  (no quick test comes here)' : ''}`,
    );
  const paths = new Set(mutants.map(({ path }) => path));
  const own = explained.filter(({ path }) => paths.has(path));
  const { left: gone } = pairedOff(own, survivors);
  for (const each of gone)
    console.log(`  explained in bench/mutation.yaml, but killed or gone: ${keyOf(each)}`);
  return open.length + gone.length;
}

/** A change as bench/mutation.yaml names it: line numbers move, so it goes by what stood there. */
function changeOf(source, { location, replacement }) {
  const short = (text) => {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > 100 ? `${line.slice(0, 100)}…` : line;
  };
  return `${short(taken(source, location))} → ${short(replacement)}`;
}

function taken(source, { start, end }) {
  const lines = source.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}

/** Every explained change, with its file: what is done alike in two places of a file stands there twice. */
function readExplained() {
  const reasons = parse(readFileSync(join(import.meta.dirname, 'mutation.yaml'), 'utf8')) ?? [];
  return reasons.flatMap(({ changes }) =>
    Object.entries(changes).flatMap(([path, list]) => list.map((change) => ({ path, change }))),
  );
}

/** The changes that have another of the same text in the others, each with one of its own, and those that are left over. */
function pairedOff(changes, others) {
  const free = others.map(keyOf);
  const isPaired = (change) => {
    const at = free.indexOf(keyOf(change));
    if (at >= 0) free.splice(at, 1);
    return at >= 0;
  };
  const paired = changes.filter(isPaired);
  return { paired, left: changes.filter((change) => !paired.includes(change)) };
}

function keyOf({ path, change }) {
  return `${path}: ${change}`;
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
