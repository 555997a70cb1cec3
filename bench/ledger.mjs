// What the books cost: `node bench/ledger.mjs [writers] [purchases each]`. With PIXTAB_TEST_POSTGRES, at that server too; with
// --no-rows, without the million rows that the reports are timed over, which take two minutes to make.
// Figures depend on the machine, so each comes with its ratio to a bare SQLite transaction on the same disk.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { inSchema } from './team.mjs';

const DAY = 86_400_000;
const clock = { now: () => Date.now() };
const line = { meter: 'image', quantity: 1, unit: 'image', rate: 30_000_000n, per: 1, amount: 30_000_000n };
const bill = { basis: 'listed', charged: 'yes', lines: [line], amount: 30_000_000n };
const save = { paths: ['a'], cwd: '/', format: null, quality: null, replace: false };

const SOURCES = [
  'adapters/ledger/books',
  'adapters/ledger/database',
  'adapters/ledger/open-ledger',
  'adapters/ledger/postgres/server-shelf',
  'core/pricing/spend',
  'core/policy/calendar',
];

const { positionals, values: options } = parseArgs({
  options: { rows: { type: 'boolean', default: true } },
  allowPositionals: true,
  allowNegative: true,
});
const [writers = '20', each = '50', job, built, folder, name, pace] = positionals;

async function parent(writers, each) {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-bench-'));
  // Inside the project, where the packages are found.
  const modules = join(import.meta.dirname, '..', 'node_modules', '.cache');
  await mkdir(modules, { recursive: true });
  const built = await mkdtemp(join(modules, 'bench-'));
  try {
    await build(built);
    const pixtab = await load(built);
    await settingUp(pixtab, folder);
    // A picture takes seconds to make, so 20 purchases a second are a busy machine already.
    for (const [what, pace] of [
      ['at a purchase a second each', 1000],
      ['as fast as they can', 0],
    ]) {
      console.log(`\n${writers} writers, ${what}`);
      const count = pace > 0 ? Math.ceil(each / 5) : each;
      const bare = await race('bare', writers, count, pace, built, folder);
      const ours = await race('ours', writers, count, pace, built, folder);
      const { PIXTAB_TEST_POSTGRES: address } = process.env;
      const atServer =
        address && (await inSchema(address, (own) => racingAt(own, pixtab, writers, count, pace, built)));
      show('bare transaction', bare);
      show('hold + settle', ours);
      if (atServer) show('at a server', atServer);
      const ratio = (p) => (quantile(ours, p) / quantile(bare, p)).toFixed(1);
      console.log(
        `  ratio               p50 ${ratio(0.5)}   p99 ${ratio(0.99)}   (hold + settle is two transactions)`,
      );
    }
    if (options.rows) await millionRows(pixtab, join(folder, 'million'));
  } finally {
    for (const path of [folder, built]) await rm(path, { recursive: true, force: true });
  }
}

/** The same with the ledger at a server; its tables and budgets are there before. */
async function racingAt(address, { books, serverShelf }, writers, count, pace, built) {
  const { ledger } = books({ sandbox: false }, built, clock, {
    ledger: serverShelf(address, process.env)({ sandbox: false }),
  });
  await setBudgets(ledger);
  await ledger.close();
  return race('server', writers, count, pace, built, address);
}

async function build(dir) {
  const root = join(import.meta.dirname, '..', 'src');
  const input = Object.fromEntries(
    SOURCES.map((name) => [name.replaceAll('/', '-'), join(root, `${name}.ts`)]),
  );
  const bundle = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
  await bundle.close();
}

async function load(dir) {
  const parts = await Promise.all(
    SOURCES.map((name) => import(join(dir, `${name.replaceAll('/', '-')}.mjs`))),
  );
  return Object.assign({}, ...parts);
}

async function settingUp({ books, openDatabase }, folder) {
  const { ledger } = books({ sandbox: false }, folder, clock);
  await setBudgets(ledger);
  ledger.close();
  const bare = await openDatabase(join(folder, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER) STRICT');
  bare.close();
}

async function setBudgets(ledger) {
  const budget = { model: null, project: null, agent: null, amount: 10n ** 15n, zone: 'Europe/Berlin' };
  for (const per of ['day', 'month']) await ledger.setBudget({ ...budget, per });
}

async function race(job, writers, each, pace, built, folder) {
  const children = Array.from({ length: writers }, (_, n) =>
    fork(import.meta.filename, [
      String(writers),
      String(each),
      job,
      built,
      folder,
      `${job}-${pace}-${n}`,
      String(pace),
    ]),
  );
  // All begin together, once all have loaded.
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const child of children) child.send('go');
  const times = await Promise.all(children.map(async (child) => (await once(child, 'message'))[0]));
  return times.flat().sort((a, b) => a - b);
}

async function child(pixtab) {
  const run = job === 'bare' ? await bareTransactions() : await purchases(pixtab);
  process.send('ready');
  await once(process, 'message');
  const times = [];
  for (let n = 0; n < Number(each); n++) {
    if (Number(pace) > 0) await sleep(Math.random() * 2 * Number(pace));
    times.push(await run(n));
  }
  process.send(times);
  process.disconnect();
}

async function bareTransactions() {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA busy_timeout = 60000; PRAGMA synchronous = FULL');
  return (n) => timed(() => database.exec(`BEGIN IMMEDIATE; INSERT INTO t (n) VALUES (${n}); COMMIT`));
}

async function purchases({ books, serverShelf }) {
  const at = job === 'server' ? { ledger: serverShelf(folder, process.env)({ sandbox: false }) } : {};
  // Who has a ledger at a server has nothing here but a journal, which stays empty.
  const { ledger } = books({ sandbox: false }, job === 'server' ? built : folder, clock, at);
  const run = { runId: name, command: 'bench', at: clock.now(), project: null, labels: [] };
  await ledger.begin(run);
  const one = async (n) => {
    const plan = planOf(name, n);
    const held = await timed(() => ledger.hold([plan]));
    await ledger.sending(plan.attemptId);
    return held + (await timed(() => ledger.settle(plan.attemptId, bill)));
  };
  // The first compiles its statements; what is asked is what waiting for each other costs.
  await one(-1);
  return one;
}

function planOf(runId, n) {
  const order = {
    model: 'm',
    wire: 'predict',
    lane: 'now',
    size: '1K',
    aspect: null,
    images: 1,
    prompt: 'p',
  };
  const amounts = { low: 20_000_000n, expected: 30_000_000n, high: 40_000_000n };
  return { attemptId: `${runId}-${n}`, runId, ...order, ...amounts, save };
}

/** A million purchases over two years, put there in bulk, then every report over them. */
async function millionRows(pixtab, folder) {
  const { books, openLedger, SPEND_GROUPS, axisOf, spendRows, totalOf, calendar } = pixtab;
  const database = await openLedger(join(folder, 'ledger.db'));
  const began = performance.now();
  database.exec(`
    BEGIN;
    INSERT INTO runs (run_id, command, project, labels, started_ms)
      SELECT 'r' || value, 'bench', CASE value % 3 WHEN 0 THEN 'shop' END, json_array('l' || (value % 5)), 0
      FROM (${series(1000)});
    INSERT INTO attempts (attempt_id, run_id, state, model, wire, lane, size, images, prompt, low_nano, expected_nano,
      high_nano, save_plan, host, pid, process_start, held_ms, changed_ms)
      SELECT 'a' || value, 'r' || (value % 1000), iif(value % 100, 'saved', 'unconfirmed'), 'model-' || (value % 6),
        'generateContent', iif(value % 4, 'now', 'flex'), '1K', 1, 'a lighthouse at dusk', 30000000, 34000000, 37000000,
        '{"paths":[],"cwd":"/","format":null,"quality":null,"replace":false}', 'h', 1, 's',
        1730000000000 + value * 63072, 1730000000000 + value * 63072
      FROM (${series(1_000_000)});
    INSERT INTO bills (attempt_id, basis, charged, amount_nano, settled_ms)
      SELECT attempt_id, 'metered', 'yes', 33000000 + held_ms % 5000000, held_ms FROM attempts WHERE state = 'saved';
    INSERT INTO images (attempt_id, n, path, shown_path, sha256, bytes, mime_type, width, height, saved_ms)
      SELECT attempt_id, 1, '/' || attempt_id, attempt_id, attempt_id, 1, 'image/png', 1, 1, 0 FROM bills;
    INSERT INTO bill_lines (attempt_id, line, meter, quantity, unit, rate_nano, per, amount_nano)
      SELECT attempt_id, 1, 'image output', 1120, 'token', 30000000000, 1000000, amount_nano FROM bills;
    INSERT INTO spending (quarter_hour, model, lane, project, labels, settled_nano, unconfirmed_nano, requests,
      unconfirmed_requests, images)
      SELECT held_ms / 900000, model, lane, ifnull(project, ''), labels, sum(ifnull(amount_nano, 0)),
        sum(iif(state = 'unconfirmed', expected_nano, 0)), count(amount_nano), sum(state = 'unconfirmed'), count(amount_nano)
      FROM attempts JOIN runs USING (run_id) LEFT JOIN bills USING (attempt_id) GROUP BY 1, 2, 3, 4, 5;
    COMMIT;`);
  console.log(`\na million purchases (made in ${seconds(performance.now() - began)})`);
  database.close();

  const all = { since: null, until: null };
  for (const group of SPEND_GROUPS) {
    const { ledger } = books({ sandbox: false }, folder, clock);
    const ms = await timed(async () => {
      const slices = await ledger.spending({ by: axisOf(group), ...all });
      totalOf(spendRows(slices, group, calendar('Europe/Berlin')));
    });
    console.log(`  spend by ${group.padEnd(10)} ${seconds(ms)}`);
    ledger.close();
  }
  const { ledger } = books({ sandbox: false }, folder, clock);
  await ledger.setBudget({
    per: 'month',
    model: null,
    project: null,
    agent: null,
    amount: 10n ** 15n,
    zone: 'Europe/Berlin',
  });
  console.log(`  accuracy            ${seconds(await timed(() => ledger.accuracy(all)))}`);
  console.log(
    `  accuracy, 90 days   ${seconds(await timed(() => ledger.accuracy({ ...all, since: 1730000000000 + 640 * DAY })))}`,
  );
  console.log(
    `  receipt by path     ${seconds(await timed(() => ledger.receipts({ by: 'path', value: '/a7' })))}`,
  );
  // Within the last of its months, so that the budget has something to add up.
  clock.now = () => 1730000000000 + 1_000_000 * 63_072;
  await ledger.begin({ runId: 'new', command: 'bench', at: clock.now(), project: null, labels: [] });
  console.log(
    `  hold                ${seconds(await timed(() => ledger.hold([planOf('new', 1)])))}, then ${seconds(await timed(() => ledger.hold([planOf('new', 2)])))}`,
  );
  console.log(`  verify the ledger   ${seconds(await timed(() => ledger.contradictions()))}`);
  ledger.close();
}

/** The numbers from 0 up, so many of them. */
const series = (many) =>
  `WITH RECURSIVE numbers (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM numbers WHERE value < ${many - 1}) SELECT value FROM numbers`;

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function show(what, times) {
  const figures = [0.5, 0.99, 1].map(
    (p) => `${p === 1 ? 'max' : `p${p * 100}`} ${quantile(times, p).toFixed(2)} ms`,
  );
  console.log(`  ${what.padEnd(19)} ${figures.join('   ')}`);
}

const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
const seconds = (ms) => `${(ms / 1000).toFixed(3)} s`;

if (job === undefined) await parent(Number(writers), Number(each));
else await child(await load(built));
