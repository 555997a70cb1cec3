// How fast a queue is bought: `npm run build && PIXTAB_TEST_POSTGRES=postgres://… node bench/queue.mjs [pictures] [workers]`.
// The sandbox draws on the same machine, so a pool that only asks and writes down what comes is measured beside it.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { at } from './place.mjs';

const CONCURRENCY = 8;
const MODEL = 'gemini-3.1-flash-lite-image';

/** A schema of its own in a database that is there, dropped in the end. */
async function ledgerAt(server, work) {
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

/** Memory of a process, in MB. */
function memoryOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000;
  } catch {
    return 0;
  }
}

/** Queues so many pictures and lets so many workers buy them. */
async function queued(here, server, pictures, workers) {
  return ledgerAt(server, async (ledger) => {
    const folder = await mkdtemp(join(tmpdir(), 'pixtab-queue-'));
    const env = {
      PIXTAB_SANDBOX: '1',
      PIXTAB_BASE_URL: here.url,
      PIXTAB_LEDGER: ledger,
      PIXTAB_STORE: join(folder, 'store'),
    };
    const lines = Array.from({ length: pictures }, (_, n) => `p${n},picture ${n} of ${folder}`);
    await writeFile(join(here.dir, 'pixtab.csv'), ['id,prompt', ...lines].join('\n'));
    const adding = performance.now();
    const added = await here.run(['queue', 'add', '--yes', '--json'], { env });
    if (added.code !== 0) throw new Error(added.stderr);
    const addSeconds = seconds(adding);
    const homes = Array.from({ length: workers }, (_, n) => join(folder, `home-${n}`));
    for (const home of homes) await mkdir(home);
    const began = performance.now();
    const running = homes.map((home) =>
      here.start(['work', '--until-empty', '--concurrency', String(CONCURRENCY), '-q'], {
        env: { ...env, PIXTAB_HOME: home },
      }),
    );
    const memory = [];
    const timer = setInterval(
      () => memory.push(Math.max(...running.map(({ child }) => memoryOf(child.pid)))),
      1000,
    );
    const ends = await Promise.all(running.map(({ ran }) => ran));
    clearInterval(timer);
    const took = seconds(began);
    const { counts, spent } = JSON.parse((await here.run(['queue', '--json'], { env })).stdout);
    await rm(folder, { recursive: true, force: true });
    const failed = ends.filter(({ code }) => code !== 0);
    if (failed.length > 0 || counts.done !== pictures)
      throw new Error(`${JSON.stringify(counts)}: ${failed[0]?.stderr}`);
    const half = Math.floor(memory.length / 2);
    return {
      what: `${workers} × pixtab work --concurrency ${CONCURRENCY}`,
      addSeconds,
      perSecond: pictures / took,
      firstMB: Math.max(...memory.slice(2, half), 0),
      lastMB: Math.max(...memory.slice(half), 0),
      spent,
    };
  });
}

/** The floor: asks for as many at a time, and writes down what comes. */
async function pool(here, pictures, atOnce) {
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
  return { what: `a bare pool of ${atOnce}`, perSecond };
}

/** How long a status takes over so many pictures that ended. */
async function statusOver(here, server, rows) {
  return ledgerAt(server, async (ledger, client, schema) => {
    const env = { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: here.url, PIXTAB_LEDGER: ledger };
    const times = async () => {
      const all = [];
      for (let n = 0; n < 7; n += 1) {
        const began = performance.now();
        await here.run(['queue', '--json'], { env });
        all.push(performance.now() - began);
      }
      return all.toSorted((a, b) => a - b)[3];
    };
    const empty = await times();
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
    return { rows, emptyMs: empty, fullMs: await times() };
  });
}

const server = process.env.PIXTAB_TEST_POSTGRES;
if (!server) throw new Error('PIXTAB_TEST_POSTGRES names no server');
const [pictures, workers] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 4)];
await at({}, async (here) => {
  console.log(await statusOver(here, server, 1_000_000));
  console.log(await pool(here, pictures, workers * CONCURRENCY));
  for (const many of [1, workers]) console.log(await queued(here, server, pictures, many));
});
