// How long a file of prompts takes to price, in units of a script that only reads its lines:
// `npm run build && node bench/eachline.mjs [prompts] [runs]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPixtab } from './loaded.mjs';

const prompts = Number(process.argv[2] ?? 100_000);
const runs = Number(process.argv[3] ?? 11);
const WORDS = 'a lighthouse at dusk with warm light over a rough sea painted in oil small boats gulls'.split(
  ' ',
);

const BARE = `
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
let characters = 0;
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) characters += line.length;
console.log(characters);
`;

const folder = mkdtempSync(join(tmpdir(), 'pixtab-eachline-'));
try {
  const file = join(folder, 'prompts.txt');
  const script = join(folder, 'bare.mjs');
  writeFileSync(script, BARE);
  writeFileSync(file, Array.from({ length: prompts }, (_, n) => promptOf(n)).join('\n'));
  const contenders = [
    { name: 'bare script', run: () => spawnSync(process.execPath, [script, file]), times: [] },
    {
      name: 'pixtab estimate',
      run: () => runPixtab(['estimate', '--each-line', '--prompt-file', file], folder),
      times: [],
    },
  ];
  // Taking turns: whatever else the machine does meets both alike.
  for (let round = 0; round < runs; round += 1) {
    for (const { name, run, times } of contenders) {
      const start = performance.now();
      const { status, stderr } = run();
      if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
      times.push(performance.now() - start);
    }
  }
  const [bare, ours] = contenders.map(
    ({ times }) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)],
  );
  console.log(`${prompts} prompts, median of ${runs} runs`);
  console.log(`bare script      ${bare.toFixed(0)} ms`);
  console.log(`pixtab estimate  ${ours.toFixed(0)} ms, ${(ours / bare).toFixed(2)} times (at most 3)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Always the same file: 15 words that differ from line to line. */
function promptOf(n) {
  return Array.from({ length: 15 }, (_, at) => WORDS[(n * 7 + at * (1 + (n % 5))) % WORDS.length]).join(' ');
}
