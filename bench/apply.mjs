// How fast a project's pictures are bought, beside a loop that only fetches and writes them:
// `npm run build && node bench/apply.mjs [pictures] [concurrency] [rounds]`. Every run gets a new sandbox in a process of
// its own, without latency, and sends it the same prompts, so many at a time. The sides take turns. What they wrote is
// compared byte by byte.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BIN = join(import.meta.dirname, '..', 'bin', 'pixtab.cjs');
const MODEL = 'gemini-3.1-flash-lite-image';
const promptOf = (index) => `lighthouse number ${index} at dusk`;

const [first, ...more] = process.argv.slice(2);
if (first === 'loop') await loop(...more);
else await compare(...[first, ...more].filter(Boolean).map(Number));

async function compare(pictures = 1000, concurrency = 8, rounds = 3) {
  const sides = [
    { name: 'bare loop', args: ['loop'] },
    { name: 'the same, each file flushed', args: ['loop', 'flush'] },
    { name: 'pixtab apply' },
  ].map((side) => ({ ...side, times: [], sums: new Set() }));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) await run(side, pictures, concurrency);
  }
  console.log(
    `${pictures} pictures, ${concurrency} at a time, median of ${rounds} rounds, node ${process.version}`,
  );
  const bare = median(sides[0].times);
  for (const { name, times } of sides) {
    const took = median(times);
    const rate = `${(pictures / took).toFixed(1)}/s`;
    console.log(
      `${name.padEnd(30)}${rate.padStart(10)}  ${(bare / took).toFixed(2)} of the bare loop's rate`,
    );
  }
  const sums = new Set(sides.flatMap((side) => [...side.sums]));
  console.log(sums.size === 1 ? 'every run wrote the same bytes' : `${sums.size} different sets of files`);
}

async function run({ args, times, sums }, pictures, concurrency) {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-apply-'));
  const env = { PATH: process.env.PATH, PIXTAB_HOME: join(folder, 'home'), PIXTAB_SANDBOX: '1' };
  const sandbox = spawn(process.execPath, [BIN, 'sandbox', '-q'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [url] = await once(createInterface({ input: sandbox.stdout }), 'line');
    const work = join(folder, 'work');
    await mkdir(join(work, 'images'), { recursive: true });
    const lines = Array.from({ length: pictures }, (_, index) =>
      JSON.stringify({ id: `p${index}`, prompt: promptOf(index), model: MODEL }),
    );
    await writeFile(join(work, 'pixtab.jsonl'), lines.join('\n'));
    const line = args
      ? [import.meta.filename, ...args, url, String(pictures), String(concurrency)]
      : [BIN, 'apply', '-q', '--yes', '--concurrency', String(concurrency)];
    const began = performance.now();
    const child = spawn(process.execPath, line, {
      cwd: work,
      env: { ...env, PIXTAB_BASE_URL: url },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'close');
    times.push((performance.now() - began) / 1000);
    if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}`);
    sums.add(await sumOf(join(work, 'images')));
  } finally {
    sandbox.kill('SIGKILL');
    await once(sandbox, 'close');
    await rm(folder, { recursive: true, force: true });
  }
}

/** The other side, in a process of its own as well. */
async function loop(...words) {
  const [flush, url, pictures, concurrency] = words.length === 4 ? words : [null, ...words];
  let next = 0;
  async function worker() {
    for (let index = next++; index < Number(pictures); index = next++) {
      const response = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': 'sandbox' },
        body: JSON.stringify({
          contents: [{ role: 'user', parts: [{ text: promptOf(index) }] }],
          generationConfig: { responseModalities: ['IMAGE'] },
        }),
      });
      const { candidates } = await response.json();
      const { inlineData } = candidates[0].content.parts.findLast((part) => part.inlineData);
      const file = await open(join('images', `p${index}.jpg`), 'wx');
      await file.writeFile(Buffer.from(inlineData.data, 'base64'));
      if (flush !== null) await file.sync();
      await file.close();
    }
  }
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
}

async function sumOf(folder) {
  const sum = createHash('sha256');
  for (const name of (await readdir(folder)).toSorted()) {
    sum.update(`${name} `).update(await readFile(join(folder, name)));
  }
  return sum.digest('hex');
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
