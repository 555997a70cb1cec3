// A large order through the batch lane, every part of it real but the pictures, which are all one:
// `node bench/batch.mjs [requests]`. Says what it took, and whether ledger, meter and folder agree.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rolldown } from 'rolldown';
import { sandboxAt } from './provider.mjs';

const count = Number(process.argv[2] ?? 5000);
const SOURCES = [
  'adapters/config/credentials',
  'adapters/files/picture-files',
  'adapters/google/client',
  'adapters/images/images',
  'adapters/ledger/books',
  'core/catalogue/catalogue',
  'core/pricing/money',
  'core/pricing/quote',
  'core/providers/sandbox',
  'purchase/batch/plan',
  'purchase/batch/wait',
  'sandbox/placeholders',
  'sandbox/server',
];

const modules = join(import.meta.dirname, '..', 'node_modules', '.cache');
await mkdir(modules, { recursive: true });
const built = await mkdtemp(join(modules, 'bench-'));
const folder = await mkdtemp(join(tmpdir(), 'pixtab-batch-'));
try {
  await work(await load());
} finally {
  for (const path of [folder, built]) await rm(path, { recursive: true, force: true });
}

async function load() {
  const nameOf = (source) => source.replaceAll('/', '-');
  const root = join(import.meta.dirname, '..', 'src');
  const input = Object.fromEntries(SOURCES.map((name) => [nameOf(name), join(root, `${name}.ts`)]));
  const bundle = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  await bundle.write({
    dir: built,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  });
  await bundle.close();
  const parts = await Promise.all(SOURCES.map((name) => import(join(built, `${nameOf(name)}.mjs`))));
  return Object.fromEntries(SOURCES.map((name, index) => [name, parts[index]]));
}

async function work(parts) {
  const clock = { now: () => Date.now(), random: Math.random, sleep: (ms) => sleep(ms) };
  const drawn = parts['sandbox/placeholders'].painter();
  let picture;
  const painter = { paint: (wish) => (picture ??= drawn.paint(wish)) };
  const sandbox = await parts['sandbox/server'].startSandbox({ clock, painter });
  const provider = sandboxAt(sandbox.url, {
    ...parts['core/providers/sandbox'],
    ...parts['adapters/config/credentials'],
  });
  const books = parts['adapters/ledger/books'].books({ sandbox: true }, folder, clock);
  const order = {
    model: parts['core/catalogue/catalogue'].findModel('gemini-3.1-flash-lite-image'),
    prompt: 'a lighthouse at dusk',
    inputs: [],
    count,
    size: '1K',
    aspect: null,
    lane: 'batch',
    thinking: 'minimal',
  };
  const paths = Array.from({ length: count }, (_, index) => join(folder, 'out', `${index + 1}`));
  const save = { paths, cwd: folder, format: null, quality: null, replace: false };
  const run = { runId: 'run', command: 'bench', at: clock.now(), project: null, labels: [] };
  const { signal } = new AbortController();
  const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const pictureFiles = parts['adapters/files/picture-files'].pictureFiles();
  const client = parts['adapters/google/client'].googleClient(provider, { clock });
  const context = {
    books,
    clock,
    api: client.images,
    batches: client.batches,
    files: client.files,
    baseUrl: sandbox.url,
    stop: signal,
    leave: signal,
    saver: {
      pictures: parts['adapters/images/images'].pictures(),
      pictureFiles,
      sha256,
      stdout: async () => {},
    },
    planFor: (plan) => plan.save,
    onAnswer: () => {},
  };
  const day = new Date(run.at).toISOString().slice(0, 10);
  const quote = parts['core/pricing/quote'].quote(order, day);
  const request = { offer: { order, quote }, placeFor: async () => save, attemptId: () => randomUUID() };
  const lane = { context, newId: randomUUID, tier: 1 };
  const jobs = await timed('planned and held', async () => {
    const planned = await parts['purchase/batch/plan'].planJobs([request], run, lane);
    await books.ledger.begin(run);
    await books.ledger.jobs.plan(planned.jobs);
    return planned.jobs;
  });
  const ids = jobs.map(({ jobId }) => jobId);
  const patience = { until: Infinity, onLook: async () => {} };
  await timed('submitted, fetched and saved', () =>
    parts['purchase/batch/wait'].waitFor(ids, patience, context),
  );
  const meter = await (await fetch(`${sandbox.url}/sandbox/meter`)).json();
  const [spent] = await books.ledger.spending({ by: 'model', since: null, until: null });
  const files = await readdir(join(folder, 'out'));
  console.log(
    `${jobs.length} jobs; charged ${meter.charged} ($${meter.total}), booked $${parts['core/pricing/money'].toDecimal(spent.settled)}, ${files.length} files`,
  );
  console.log(`contradictions: ${(await books.ledger.contradictions()).length}`);
  console.log(`at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, the sandbox in it`);
  books.ledger.close();
  await sandbox.close();
}

async function timed(what, work) {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
