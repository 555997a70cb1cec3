// How fast a queue is bought, and what that takes: `npm run build && PIXTAB_TEST_POSTGRES=postgres://… npm run bench bench/queue.mjs`
//   buy [pictures] [workers]    queues so many and lets so many workers buy them; every minute, a line says how far they are
//   pool [pictures] [at once]   the floor: only asks, and writes down what comes
//   status [rows]               `queue status` over so many pictures that ended, and over none
//   beside [pictures]           what a hold of somebody else's takes beside so many that wait, and beside none
// The sandbox paints one picture and answers with it for ever, because it works on the same processors.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { at, picturesBelow } from './place.mjs';

const CONCURRENCY = 8;
const MODEL = 'gemini-3.1-flash-lite-image';
const SANDBOX = { script: [join(import.meta.dirname, 'one-picture.mjs')] };
/** What a line is told of, and how often. */
const LINE_MS = 60_000;

/** A schema of its own in a database that is there, dropped in the end. */
export async function ledgerAt(server, work) {
  const schema = `bench_${randomBytes(4).toString('hex')}`;
  const address = new URL(server);
  address.searchParams.set('schema', schema);
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return await work(address.href, client, `${schema}_sandbox`);
  } finally {
    for (const name of ['', '_queue'])
      await client.query(`DROP SCHEMA IF EXISTS ${schema}_sandbox${name} CASCADE`);
    await client.end();
  }
}

const seconds = (since) => (performance.now() - since) / 1000;
const clock = () => new Date().toISOString().slice(11, 19);
const loaded = () => loadavg()[0].toFixed(1);

/** What processes use: MB that are resident, and seconds of the processors so far. */
const used = (pids) =>
  pids.map((pid) => {
    try {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
      return { mb: Math.round(kilobytes / 1000), cpu: (Number(stat[11]) + Number(stat[12])) / 100 };
    } catch {
      return { mb: 0, cpu: 0 };
    }
  });

/** Queues so many pictures and lets so many workers buy them. */
async function buy(server, pictures, workers) {
  return at(SANDBOX, (here) =>
    ledgerAt(server, async (ledger, client, schema) => {
      const folder = await mkdtemp(join(tmpdir(), 'pixtab-queue-'));
      const store = join(folder, 'store');
      const env = {
        PIXTAB_SANDBOX: '1',
        PIXTAB_BASE_URL: here.url,
        PIXTAB_LEDGER: ledger,
        PIXTAB_STORE: store,
      };
      const lines = Array.from({ length: pictures }, (_, n) => `p${n},picture ${n} of ${folder}`);
      await writeFile(join(here.dir, 'pixtab.csv'), ['id,prompt', ...lines].join('\n'));
      const adding = performance.now();
      const added = await here.run(['queue', 'add', '--yes', '--json'], { env });
      if (added.code !== 0) throw new Error(added.stderr);
      console.log(`${clock()} queued ${pictures} in ${seconds(adding).toFixed(1)} s, load ${loaded()}`);

      const homes = Array.from({ length: workers }, (_, n) => join(folder, `home-${n}`));
      for (const home of homes) await mkdir(home);
      const began = performance.now();
      const running = homes.map((home) =>
        here.start(['work', '--until-empty', '--concurrency', String(CONCURRENCY), '-q'], {
          env: { ...env, PIXTAB_HOME: home },
        }),
      );
      const pids = running.map(({ child }) => child.pid);
      const tell = await teller(client, schema, { pids, sandboxPid: here.sandboxPid, pictures });
      const timer = setInterval(() => void tell(), LINE_MS);
      const ends = await Promise.all(running.map(({ ran }) => ran));
      clearInterval(timer);
      const took = seconds(began);
      const failed = ends.find(({ code }) => code !== 0);
      if (failed !== undefined) throw new Error(`pixtab ended with ${failed.code}: ${failed.stderr}`);
      const status = JSON.parse((await here.run(['queue', '--json'], { env })).stdout);
      const { total } = await here.meter();
      const originals = (await picturesBelow(store)).length;
      await rm(folder, { recursive: true, force: true });
      const isInOrder =
        status.counts.done === pictures &&
        originals === pictures &&
        status.held === '0' &&
        status.spent === total;
      if (!isInOrder) throw new Error(JSON.stringify({ ...status, total, originals }));
      return `${pictures} by ${workers} × --concurrency ${CONCURRENCY}: ${(pictures / took).toFixed(1)} a second, ${took.toFixed(0)} s; spent ${status.spent} is the meter's ${total}, ${originals} originals, nothing held`;
    }),
  );
}

/** Says how far it is, what it used since the last time, and how much memory each worker has. */
async function teller(client, schema, { pids, sandboxPid, pictures }) {
  const all = [...pids, sandboxPid];
  let before = { at: performance.now(), done: 0, cpu: used(all).map(({ cpu }) => cpu) };
  return async () => {
    const { rows } = await client.query(`SELECT items FROM ${schema}.queue_sums WHERE state = 'done'`);
    const now = { at: performance.now(), done: Number(rows[0]?.items ?? 0), uses: used(all) };
    const bought = now.done - before.done;
    const cpu = now.uses.map((use, n) => use.cpu - before.cpu[n]);
    const ofWorkers = cpu.slice(0, -1).reduce((sum, one) => sum + one, 0);
    const each = (whole) => ((1000 * whole) / bought).toFixed(1);
    console.log(
      `${clock()} ${now.done} of ${pictures}, ${((1000 * bought) / (now.at - before.at)).toFixed(1)} a second; ` +
        `processor a picture: workers ${each(ofWorkers)} ms, sandbox ${each(cpu.at(-1))} ms; ` +
        `workers have ${now.uses
          .slice(0, -1)
          .map(({ mb }) => mb)
          .join(' ')} MB; load ${loaded()}`,
    );
    before = { ...now, cpu: now.uses.map((use) => use.cpu) };
  };
}

/** Asks for as many at a time, and writes down what comes. */
async function pool(pictures, atOnce) {
  return at(SANDBOX, async (here) => {
    const folder = await mkdtemp(join(tmpdir(), 'pixtab-pool-'));
    let next = 0;
    const began = performance.now();
    const one = async () => {
      while (next < pictures) {
        const n = (next += 1);
        const response = await fetch(`${here.url}/v1beta/models/${MODEL}:generateContent`, {
          method: 'POST',
          headers: { 'x-goog-api-key': 'sandbox', 'content-type': 'application/json' },
          body: JSON.stringify({
            contents: [{ role: 'user', parts: [{ text: `picture ${n} of a pool` }] }],
            generationConfig: { responseModalities: ['IMAGE'] },
          }),
        });
        const { candidates } = await response.json();
        await writeFile(
          join(folder, `${n}.jpg`),
          Buffer.from(candidates[0].content.parts.at(-1).inlineData.data, 'base64'),
        );
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    const perSecond = pictures / seconds(began);
    await rm(folder, { recursive: true, force: true });
    return `a bare pool of ${atOnce}: ${perSecond.toFixed(1)} a second, load ${loaded()}`;
  });
}

/** How long a status takes over so many pictures that ended. */
async function statusOver(server, rows) {
  return at({}, (here) =>
    ledgerAt(server, async (ledger, client, schema) => {
      const env = { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: here.url, PIXTAB_LEDGER: ledger };
      const median = async (done) => {
        const all = [];
        for (let n = 0; n < 7; n += 1) {
          const began = performance.now();
          const { code, stdout, stderr } = await here.run(['queue', '--json'], { env });
          all.push(performance.now() - began);
          if (code !== 0 || JSON.parse(stdout).counts.done !== done) throw new Error(stderr);
        }
        return all.toSorted((a, b) => a - b)[3].toFixed(0);
      };
      const empty = await median(0);
      await client.query(`SET search_path TO ${schema}`);
      await client.query(
        `INSERT INTO runs (run_id, command, labels, started_ms) VALUES ('made', 'queue', '[]', 0)`,
      );
      await client.query(
        `INSERT INTO attempts (attempt_id, run_id, state, model, wire, lane, size, images, prompt, low_nano, expected_nano,
           high_nano, save_plan, host, pid, process_start, held_ms, changed_ms)
         SELECT 'made-' || n, 'made', 'saved', 'm', 'generateContent', 'now', '1K', 1, 'p', 1, 1, 1, '{}', 'h', 1, '', n, n
         FROM generate_series(1, ${rows}) n`,
      );
      await client.query(
        `INSERT INTO queue_items (attempt_id, run_id, ticket, name, urgent, state, worker, nano, added_ms, taken_ms, ended_ms)
         SELECT 'made-' || n, 'made', 't' || n, 'p', 0, 'done', 'w', 34000000, n, n, n FROM generate_series(1, ${rows}) n`,
      );
      await client.query('ANALYZE queue_items');
      return `queue status over ${rows} rows: ${await median(rows)} ms, over none ${empty} ms, load ${loaded()}`;
    }),
  );
}

/** How long holds of a buyer under three budgets take beside so many pictures that wait, and beside none. */
async function beside(server, pictures) {
  const { books } = await load('adapters/ledger/books');
  const { serverShelf } = await load('adapters/ledger/postgres/server-shelf');
  return at({}, (here) =>
    ledgerAt(server, async (address, client, schema) => {
      const env = { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: here.url, PIXTAB_LEDGER: address };
      const which = { sandbox: true };
      const { ledger } = books(
        which,
        here.home,
        { now: Date.now },
        { ledger: serverShelf(address, env)(which) },
      );
      for (const per of ['day', 'month', 'total']) await ledger.setBudget({ ...EVERYTHING, per });
      const median = async (name) => {
        await ledger.begin({ runId: name, command: 'bench', at: Date.now(), project: null, labels: [] });
        const all = [];
        for (let n = 0; n < 31; n += 1) {
          const plan = { ...PLAN, runId: name, attemptId: `${name}-${n}` };
          const began = performance.now();
          await ledger.hold([plan]);
          all.push(performance.now() - began);
          await ledger.release(plan.attemptId, 'it was only asked', 'usage');
        }
        return all.toSorted((a, b) => a - b)[15].toFixed(1);
      };
      const alone = await median('alone');
      const lines = Array.from({ length: pictures }, (_, n) => `p${n},picture ${n}`);
      await writeFile(join(here.dir, 'pixtab.csv'), ['id,prompt', ...lines].join('\n'));
      const added = await here.run(['queue', 'add', '--yes', '--json'], { env });
      if (added.code !== 0) throw new Error(added.stderr);
      await client.query(
        `ANALYZE ${schema}.holds; ANALYZE ${schema}.attempts; ANALYZE ${schema}.queue_items`,
      );
      const told = `a hold beside ${pictures} that wait: ${await median('beside')} ms, beside none ${alone} ms, load ${loaded()}`;
      await ledger.close();
      return told;
    }),
  );
}

const load = (name) => import(`../node_modules/.cache/pixtab/${name}.js`);
const EVERYTHING = { model: null, project: null, agent: null, amount: 10n ** 15n, zone: 'Europe/Berlin' };
const PLAN = {
  model: 'm',
  wire: 'predict',
  lane: 'now',
  size: '1K',
  aspect: null,
  images: 1,
  prompt: 'p',
  low: 20_000_000n,
  expected: 30_000_000n,
  high: 40_000_000n,
  save: { paths: ['a'], cwd: '/', format: null, quality: null, replace: false },
};

const server = process.env.PIXTAB_TEST_POSTGRES;
if (!server) throw new Error('PIXTAB_TEST_POSTGRES names no server');
const [, , what = 'buy', first, second] = process.argv;
const WAYS = {
  buy: () => buy(server, Number(first ?? 1000), Number(second ?? 4)),
  pool: () => pool(Number(first ?? 1000), Number(second ?? 32)),
  status: () => statusOver(server, Number(first ?? 1_000_000)),
  beside: () => beside(server, Number(first ?? 20_000)),
};
const told = await WAYS[what]();
console.log(`${clock()} ${told}`);
