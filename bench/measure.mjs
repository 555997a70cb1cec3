// What a program of Node takes: time by the clock and of the processor in ms, and the most memory in MB. For benchmarks
// whose sides take turns, so that whatever else the machine does meets all of them alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOOK = join(import.meta.dirname, 'buyers', 'usage.cjs');
const UNITS = { wall: 'ms', cpu: 'ms', memory: 'MB' };

/** Figures of every side, a list for each. `sides` says the arguments of node by name, and `prepare` fills a new folder. */
export async function compared(rounds, sides, { env = {}, prepare } = {}) {
  const figures = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  // The first round warms the disk.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, args] of Object.entries(sides)) {
      const figure = await measured(args, { env, prepare });
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** One run in a folder and a home of its own. A variable such as NODE_EXTRA_CA_CERTS would double every start. */
async function measured(args, { env, prepare }) {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-measured-'));
  try {
    await prepare?.(folder);
    const usage = join(folder, 'usage.json');
    const own = { PATH: process.env.PATH, HOME: folder, PIXTAB_HOME: join(folder, 'home'), USAGE_TO: usage };
    const began = performance.now();
    const child = spawn(process.execPath, ['--require', HOOK, ...args], {
      cwd: folder,
      env: { ...own, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    const [code] = await once(child, 'close');
    const wall = performance.now() - began;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
    return { wall, ...JSON.parse(await readFile(usage, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Medians, and the median of what each round says in units of the first side. */
export function show(figures) {
  const [base] = Object.values(figures);
  for (const [name, own] of Object.entries(figures)) {
    const columns = Object.entries(UNITS).map(([measure, unit]) => {
      const ratio = median(own.map((figure, round) => figure[measure] / base[round][measure]));
      const value = median(own.map((figure) => figure[measure])).toFixed(0);
      return `${measure} ${value.padStart(5)} ${unit} ${ratio.toFixed(2)}`;
    });
    console.log(`  ${name.padEnd(24)}${columns.join('    ')}`);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
