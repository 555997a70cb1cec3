// How long pixtab takes to start, in units of a Node that does nothing: `npm run build && node bench/startup.mjs [runs]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEAVY, loadedBy, runPixtab } from './loaded.mjs';

const runs = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), 'pixtab-startup-'));
const commands = [['--help'], ['estimate', 'x'], ['models']];

const contenders = [
  { name: 'node -e 0', args: null, run: () => spawnSync(process.execPath, ['-e', '0']) },
  ...commands.map((args) => ({ name: `pixtab ${args.join(' ')}`, args, run: () => runPixtab(args, folder) })),
].map((contender) => ({ ...contender, times: [] }));

try {
  // Taking turns: whatever else the machine does meets all of them alike. The first round warms the disk.
  for (let round = 0; round <= runs; round += 1) {
    for (const { run, times } of contenders) {
      const began = performance.now();
      const { status } = run();
      const took = performance.now() - began;
      if (round > 0) times.push({ took, status });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const median = (times) =>
  times.map(({ took }) => took).toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const bare = median(contenders[0].times);

console.log(`median of ${runs} runs, node ${process.version}\n`);
for (const { name, args, times } of contenders) {
  const took = median(times);
  const failed = times.find(({ status }) => status !== 0);
  const heavy = args ? loadedBy(args).packages.filter((name) => HEAVY.includes(name)) : [];
  const remarks = [failed && `exit ${failed.status}`, heavy.length > 0 && `loads ${heavy.join(', ')}`].filter(
    Boolean,
  );
  const ratio = (took / bare).toFixed(2);
  console.log(
    `${name.padEnd(20)}${took.toFixed(1).padStart(8)} ms${ratio.padStart(8)}  ${remarks.join('; ')}`,
  );
}
