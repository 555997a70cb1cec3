// How soon a server of agents answers `initialize`: `npm run build && node bench/mcp-start.mjs [rounds]`. By the clock in units of a
// Node that does nothing; by the processor, which other programs disturb less, in units of a Node that reads a line and writes one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INITIALIZE } from '../build/initialize.mjs';
import { BIN } from './process.mjs';

const ECHO = "process.stdin.on('data', () => process.stdout.write('{}\\n'))";
const SIDES = {
  'node -e 0': ['-e', '0'],
  'a line in, a line out': ['-e', ECHO],
  'pixtab mcp': [BIN, 'mcp', '--allowance', '1'],
  'pixtab mcp --sandbox': [BIN, 'mcp', '--sandbox', '--allowance', '1'],
};
const [, , rounds = '30'] = process.argv;

/** Milliseconds of the processor, of all threads, as Linux counts them; NaN elsewhere, and once the process is gone. */
async function processorOf({ pid }) {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const spent = threads.map(async (thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
    return (await Promise.all(spent)).reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
  } catch {
    return Number.NaN;
  }
}

/** From the start to the first line that comes, or to the end where none does. */
async function answered(args) {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-measured-'));
  try {
    const env = { PATH: process.env.PATH, HOME: folder, PIXTAB_HOME: join(folder, 'home') };
    const began = performance.now();
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'ignore'] });
    const gone = once(child, 'close');
    child.stdin.on('error', () => {}).write(INITIALIZE);
    await Promise.race([once(child.stdout, 'data'), gone]);
    const wall = performance.now() - began;
    const cpu = await processorOf(child);
    child.stdin.end();
    await gone;
    return { wall, cpu };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const figures = Object.fromEntries(Object.keys(SIDES).map((name) => [name, []]));
// The first round warms the disk.
for (let round = 0; round <= Number(rounds); round += 1)
  for (const [name, args] of Object.entries(SIDES)) {
    const took = await answered(args);
    if (round > 0) figures[name].push(took);
  }

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const BASES = { wall: 'node -e 0', cpu: 'a line in, a line out' };
console.log(`initialize answered, median of ${rounds} rounds, node ${process.version}`);
for (const [name, own] of Object.entries(figures)) {
  const columns = Object.entries(BASES).map(([measure, base]) => {
    const ratio = median(own.map((figure, round) => figure[measure] / figures[base][round][measure]));
    const value = median(own.map((figure) => figure[measure])).toFixed(0);
    return `${measure} ${value.padStart(5)} ms ${ratio.toFixed(2)}`;
  });
  console.log(`  ${name.padEnd(24)}${columns.join('    ')}`);
}
