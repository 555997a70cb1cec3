// All of `pixtab batch fetch` for one large file of results: how much memory it ever had, and what it does with its time.
// The API is a sandbox in another process; its pictures are all one, and its thought signatures make the lines as long as
// real ones: `npm run bench bench/fetch.mjs [megabytes] [megabytes a line] [1K|2K|4K]`.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onePictureSandbox } from './one-picture.mjs';
import { sandboxAt } from './provider.mjs';

const MB = 1024 * 1024;
const MODELS = {
  '1K': 'gemini-3.1-flash-lite-image',
  '2K': 'gemini-nano-banana-2.1',
  '4K': 'gemini-nano-banana-2.1',
};
const [, script, megabytes = '2048', each = '2.5', size = '1K', job] = process.argv;
const count = Math.floor(Number(megabytes) / Number(each));
const clock = { now: () => Date.now(), random: Math.random, sleep: (ms) => sleep(ms) };
const load = (name) => import(`../node_modules/.cache/pixtab/${name}.js`);

if (job === 'serve') await serve();
else await parent();

async function parent() {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-fetch-'));
  const server = spawn(process.execPath, [script, megabytes, each, size, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), 'line');
    const url = String(line);
    await mkdir(join(root, 'work'));
    await submitted(url, join(root, 'home', 'state'), join(root, 'work'));
    let ran = await pixtab(root, url, 'wait', '--timeout', '1');
    while (ran.code === 12) ran = await pixtab(root, url, 'fetch');
    const { total } = await (await fetch(`${url}/sandbox/meter`)).json();
    const spent = await pixtab(root, url, 'list', '--json');
    const [made] = JSON.parse(spent.stdout).jobs;
    const seconds = ran.ms / 1000;
    console.log(
      `${made.saved} of ${count} saved in ${seconds.toFixed(1)} s: ${(Number(megabytes) / seconds).toFixed(0)} MB/s, ` +
        `${((1000 * seconds) / count).toFixed(1)} ms a picture (${(ran.cpu / count).toFixed(1)} ms of them at work)`,
    );
    console.log(`the meter counts $${total}; at most ${(ran.rss / MB).toFixed(0)} MB of memory`);
    if (ran.code !== 0 || made.saved !== count) throw new Error(ran.stderr);
  } finally {
    server.kill();
    await rm(root, { recursive: true, force: true });
  }
}

/** A sandbox whose answers are as large as they are said to be. */
async function serve() {
  const side = { '1K': 1024, '2K': 2048, '4K': 4096 }[size];
  const { url, control, bytes } = await onePictureSandbox({ side, batchMs: 100 });
  const inText = (bytes * 4) / 3;
  control.change({
    signatureBytes: Math.max(512, Math.round(((Number(each) * MB - inText) * 3) / 4)),
  });
  console.log(url);
}

/** One job of all the requests, as `--lane batch` would make it of an order that large. */
async function submitted(url, state, cwd) {
  const { books } = await load('adapters/ledger/books');
  const { googleClient } = await load('adapters/google/client');
  const { findModel } = await load('core/catalogue/catalogue');
  const { dayOf } = await load('core/policy/calendar');
  const { quote } = await load('core/pricing/quote');
  const { planJobs } = await load('purchase/batch/plan');
  const order = {
    model: findModel(MODELS[size]),
    prompt: 'a lighthouse at dusk',
    inputs: [],
    count,
    size,
    aspect: '1:1',
    lane: 'batch',
    thinking: 'minimal',
  };
  const at = clock.now();
  const paths = Array.from({ length: count }, (_, index) => join('out', `${index + 1}`));
  const save = { paths, cwd, format: null, quality: null, replace: false };
  const run = { runId: 'run', command: 'bench', at, project: null, labels: [] };
  const own = books({ sandbox: true }, state, clock);
  const provider = sandboxAt(url, {
    ...(await load('core/providers/sandbox')),
    ...(await load('adapters/config/credentials')),
  });
  const { batches } = googleClient(provider, { clock });
  const offer = { order, quote: quote(order, dayOf(at)) };
  const request = { offer, placeFor: async () => save, attemptId: () => randomUUID() };
  const lane = { context: { batches, baseUrl: url, account: null }, newId: randomUUID, tier: 3 };
  const { jobs } = await planJobs([request], run, lane);
  await own.ledger.begin(run);
  await own.ledger.jobs.plan(jobs);
  for (const { jobId } of jobs) await own.ledger.jobs.leave(jobId);
  own.ledger.close();
  if (jobs.length > 1) console.log(`more than ${count} requests of one job: ${jobs.length} jobs`);
}

/** The built binary, and the most memory that its process ever had. */
async function pixtab(root, url, ...args) {
  const told = join(root, 'usage.json');
  const hook = join(root, 'hook.mjs');
  await writeFile(
    hook,
    `import { writeFileSync } from 'node:fs';
     process.on('exit', () => writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.resourceUsage())));`,
  );
  const bin = join(import.meta.dirname, '..', 'bin', 'pixtab.cjs');
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', hook, bin, 'batch', ...args, '--sandbox', '--base-url', url],
    {
      cwd: join(root, 'work'),
      env: { PATH: process.env.PATH ?? '', PIXTAB_HOME: join(root, 'home') },
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  const ms = performance.now() - start;
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await readFile(told, 'utf8'));
  return { code, stdout, stderr, ms, rss: maxRSS * 1024, cpu: (userCPUTime + systemCPUTime) / 1000 };
}
