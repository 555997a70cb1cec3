// Many processes under one rate limit: `npm run build && node bench/limiter.mjs [processes] [rpm] [images each]`.
// Real pixtab processes buy from one served sandbox that has the same limit. How many requests arrive in the fullest
// minute, how many meet a 429 (there should be none), and how long it takes beside what the limit alone asks for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [processes = 20, rpm = 60, images = 8] = process.argv.slice(2).map(Number);
const BIN = fileURLToPath(new URL('../bin/pixtab.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pixtab-limiter-'));
const env = { PATH: process.env.PATH, PIXTAB_HOME: join(folder, 'home') };
const start = (args, stdio, more = {}) =>
  spawn(process.execPath, [BIN, ...args], { cwd: folder, env: { ...env, ...more }, stdio });

const sandbox = start(['sandbox', '--rpm', String(rpm)], 'pipe');
const answers = [];
sandbox.stderr.setEncoding('utf8').on('data', (text) => {
  for (const [, status, ms] of text.matchAll(/^POST \/v1beta\/models\/\S+ (\d{3}).* (\d+) ms$/gm)) {
    answers.push({ status, arrived: performance.now() - Number(ms) });
  }
});

try {
  const [url] = String((await once(sandbox.stdout, 'data'))[0]).split('\n');
  const began = performance.now();
  const codes = await Promise.all(Array.from({ length: processes }, (_, n) => buyer(url, n)));
  const took = (performance.now() - began) / 1_000;
  const arrived = answers.filter(({ status }) => status === '200').map(({ arrived }) => arrived);
  const least = (Math.ceil(arrived.length / rpm) - 1) * 60;
  console.log(`${processes} processes, ${images} images each, --rpm ${rpm}`);
  console.log(`images     ${arrived.length} in ${took.toFixed(1)} s; the limit alone asks for ${least} s`);
  console.log(`a minute   ${busiest(arrived)} at most`);
  console.log(`429        ${answers.filter(({ status }) => status === '429').length}`);
  console.log(`exit codes ${[...new Set(codes)].join(', ')}`);
} finally {
  sandbox.kill('SIGINT');
  await once(sandbox, 'close');
  rmSync(folder, { recursive: true, force: true });
}

async function buyer(url, n) {
  const child = start(
    ['a cat', '--sandbox', '--rpm', String(rpm), '-n', String(images), '-s', '1K', '-o', `${n}/{n}`, '-q'],
    ['ignore', 'ignore', 'inherit'],
    { PIXTAB_BASE_URL: url },
  );
  const [code] = await once(child, 'close');
  return code;
}

/** Requests in the fullest minute. */
function busiest(times) {
  const inMinute = times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length);
  return Math.max(...inMinute);
}
