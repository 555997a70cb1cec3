// How long `pixtab plan` takes over the start of a Node that does nothing, and how much memory it needs, for manifests of
// growing length with a lock that is as long: `npm run build && node bench/plan.mjs [runs] [lengths…]`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [runs = 3, ...lengths] = process.argv.slice(2).map(Number);
const BIN = join(import.meta.dirname, '..', 'bin', 'pixtab.cjs');
/** Tells, last of all, how much memory the process took at most. */
const TELLING = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}`))",
)}`;

console.log(`median of ${runs} runs, node ${process.version}`);
const bare = median(times(() => node(['-e', '0'], '.')).map(({ took }) => took));
console.log(`${'a bare node start'.padEnd(34)}${bare.toFixed(0).padStart(7)} ms`);
for (const length of lengths.length > 0 ? lengths : [10_000, 50_000, 100_000]) {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-plan-'));
  try {
    write(folder, length);
    report(`${length} to buy`, folder, 'new.jsonl');
    report(`${length} bought, of which 10000 there`, folder, 'bought.jsonl');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(name, folder, manifest) {
  const all = times(() => node([BIN, 'plan', '-f', manifest], folder));
  const took = median(all.map(({ took }) => took)) - bare;
  const peak = median(all.map(({ peak }) => peak));
  console.log(
    `${name.padEnd(34)}${took.toFixed(0).padStart(7)} ms over it${peak.toFixed(0).padStart(6)} MB at most`,
  );
}

/** The same pictures twice, once with a lock that has them all. The first ten thousand files are there, a byte each. */
function write(folder, length) {
  const byte = Buffer.from('x');
  const sha256 = createHash('sha256').update(byte).digest('hex');
  const facts = { model: 'gemini-3.1-flash-lite-image', cost: '0.034198', date: '2026-11-22' };
  const asked = { model: facts.model, prompt: '0'.repeat(16), size: '1K', aspect: null, thinking: null };
  const images = [];
  const lock = [];
  mkdirSync(join(folder, 'images'));
  for (let index = 0; index < length; index += 1) {
    const prompt = `picture ${index} of a lighthouse at dusk`;
    images.push(JSON.stringify({ id: `p${index}`, prompt, model: facts.model }));
    lock.push(
      JSON.stringify({
        id: `p${index}`,
        hash: hashOf(prompt, facts.model),
        path: `images/p${index}.jpg`,
        sha256,
        bytes: 1,
        ...facts,
        out: `images/p${index}`,
        format: null,
        quality: null,
        asked: { ...asked, needs: [], inputs: [], n: 1 },
      }),
    );
    if (index < 10_000) writeFileSync(join(folder, 'images', `p${index}.jpg`), byte);
  }
  for (const name of ['new', 'bought']) writeFileSync(join(folder, `${name}.jsonl`), images.join('\n'));
  writeFileSync(join(folder, 'bought.lock'), `${lock.join('\n')}\n`);
}

function hashOf(prompt, model) {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  return sha256(JSON.stringify(['pixtab.picture/1', model, '1K', null, null, [], sha256(prompt), [], 1]));
}

function times(run) {
  // The first one warms the disk.
  run();
  return Array.from({ length: runs }, run);
}

function node(args, cwd) {
  const env = { PATH: process.env.PATH, PIXTAB_HOME: join(cwd, 'home') };
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', TELLING, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const took = performance.now() - began;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { took, peak: Number(/peak (\d+)$/.exec(stderr)?.[1]) / 1024 };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
