// How fast a file of results is read, in units of a script that only splits the same download into lines:
// `node bench/results.mjs [megabytes] [megabytes a line] [runs]`. Memory is the most that the process ever had. On a machine
// that has other work to do, both times vary by a factor of two, and more runs tell more.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { sandboxAt } from './provider.mjs';

const MB = 1024 * 1024;
const [, script, megabytes = '2048', each = '2', runs = '3', job, url, built] = process.argv;

if (job === 'serve') await serve();
else if (job === 'bare') await timed(bare);
else if (job === 'ours') await timed(await ours());
else await parent();

async function parent() {
  const modules = join(import.meta.dirname, '..', 'node_modules', '.cache');
  await mkdir(modules, { recursive: true });
  const folder = await mkdtemp(join(modules, 'bench-'));
  const server = spawn(process.execPath, [script, megabytes, each, runs, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await build(folder);
    const [line] = await once(server.stdout, 'data');
    const times = { bare: [], ours: [] };
    const work = { bare: [], ours: [] };
    let most = 0;
    // Taking turns: whatever else the machine does meets both alike.
    for (let run = 0; run < Number(runs); run++) {
      for (const name of ['bare', 'ours']) {
        const args = [script, megabytes, each, runs, name, String(line).trim(), folder];
        const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
        if (stdout === '') throw new Error(stderr);
        const { ms, cpu, lines, rss } = JSON.parse(stdout);
        times[name].push(ms);
        work[name].push(cpu);
        if (name === 'ours') most = Math.max(most, rss);
        console.log(
          `${name.padEnd(5)} ${(Number(megabytes) / (ms / 1000)).toFixed(0).padStart(6)} MB/s  ${(cpu / 1000).toFixed(1)} s of processor  ${lines} lines  ${(rss / MB).toFixed(0)} MB of memory`,
        );
      }
    }
    const best = (list) => Math.min(...list);
    console.log(
      `speed ${(best(times.bare) / best(times.ours)).toFixed(2)} of bare splitting by the clock, ` +
        `${(best(work.bare) / best(work.ours)).toFixed(2)} by the processor; at most ${(most / MB).toFixed(0)} MB of memory`,
    );
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(folder) {
  const source = join(import.meta.dirname, '..', 'src');
  const bundle = await rolldown({
    input: {
      client: join(source, 'adapters', 'google', 'client.ts'),
      credentials: join(source, 'adapters', 'config', 'credentials.ts'),
      sandbox: join(source, 'core', 'providers', 'sandbox.ts'),
    },
    platform: 'node',
    external: [/^@google\/genai/, 'undici', 'zod'],
  });
  await bundle.write({ dir: folder, format: 'esm' });
  await bundle.close();
}

/** A file of results whose lines hold a picture each; made anew for every piece, so that it needs no disk. */
async function serve() {
  const picture = 'QUJD'.repeat((Number(each) * MB) / 4);
  const count = Math.floor(Number(megabytes) / Number(each));
  const server = createServer((_, response) => void send(response));
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

  async function send(response) {
    response.writeHead(200);
    for (let n = 0; n < count; n++) {
      const part = `{"inlineData":{"mimeType":"image/jpeg","data":"${picture}"}}`;
      const line = `{"response":{"candidates":[{"content":{"parts":[${part}]}}]},"key":"k${n}"}\n`;
      if (!response.write(line)) await once(response, 'drain');
    }
    response.end();
  }
}

async function bare() {
  let lines = 0;
  let pieces = [];
  const { body } = await fetch(`${url}/v1beta/files/batch-1:download?alt=media`);
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      pieces.push(bytes.subarray(from, end));
      if (Buffer.concat(pieces).length > 0) lines += 1;
      pieces = [];
      from = end + 1;
    }
    pieces.push(bytes.subarray(from));
  }
  return lines;
}

/** What it takes to load a program says nothing about how fast it reads. */
async function ours() {
  const load = (name) => import(pathToFileURL(join(built, `${name}.js`)).href);
  const { googleClient } = await load('client');
  const provider = sandboxAt(url, { ...(await load('sandbox')), ...(await load('credentials')) });
  const clock = { now: () => Date.now(), random: Math.random, sleep: async () => {} };
  const { signal } = new AbortController();
  const { files, batches } = googleClient(provider, { clock });
  return async () => {
    let lines = 0;
    const file = await files.download('files/batch-1', signal);
    for await (const { key, answer } of batches.results(file))
      if (key !== null && answer !== null) lines += 1;
    return lines;
  };
}

async function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  const lines = await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000;
  const rss = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ms, cpu, lines, rss }));
}
