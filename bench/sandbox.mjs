// How fast the sandbox is: `npm run build && npm run bench bench/sandbox.mjs [answers]`.
// Start-up over a Node that does nothing, then answers at 1K one after the other and eight at a time, and the memory.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const answers = Number(process.argv[2] ?? 1000);
const ROUNDS = 15;
const shipped = fileURLToPath(new URL('../dist/server.js', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules/.cache/pixtab/sandbox/', import.meta.url));

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const shown = (name, value, unit) => console.log(`${name.padEnd(44)}${value.padStart(10)} ${unit}`);

const START = `
  import { startSandbox } from ${JSON.stringify(shipped)};
  const painter = { paint: () => Promise.reject(new Error('idle')) };
  const clock = { now: () => Date.now(), sleep: async () => {}, random: Math.random };
  const sandbox = await startSandbox({ clock, painter });
  await sandbox.close();`;

const timed = (code) => {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  if (status !== 0) throw new Error(stderr.toString());
  return performance.now() - began;
};

const bare = [];
const idle = [];
for (let round = 0; round <= ROUNDS; round++) {
  const pair = [timed('0'), timed(START)];
  if (round === 0) continue;
  bare.push(pair[0]);
  idle.push(pair[1]);
}
shown('node that does nothing', median(bare).toFixed(1), 'ms');
shown('node that starts and stops a sandbox', median(idle).toFixed(1), 'ms');
shown('start-up over bare node', (median(idle) - median(bare)).toFixed(1), 'ms (goal: under 50)');

const SERVE = `
  import { startSandbox } from ${JSON.stringify(`${modules}server.js`)};
  import { painter } from ${JSON.stringify(`${modules}placeholders.js`)};
  const clock = { now: () => Date.now(), sleep: async () => {}, random: Math.random };
  const sandbox = await startSandbox({ clock, painter: painter() });
  process.send({ url: sandbox.url });
  process.on('message', (word) => {
    if (word === 'stop') return void sandbox.close().then(() => process.disconnect());
    global.gc();
    process.send({ rss: process.memoryUsage().rss });
  });`;

const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', SERVE], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
const told = () => new Promise((resolve) => child.once('message', resolve));
const memory = async () => {
  const answer = told();
  child.send('memory');
  return (await answer).rss / 1024 / 1024;
};

try {
  const { url } = await told();
  const ask = async (prompt) => {
    const response = await fetch(`${url}/v1beta/models/gemini-3.1-flash-lite-image:generateContent`, {
      method: 'POST',
      body: JSON.stringify({
        contents: [{ parts: [{ text: prompt }] }],
        generationConfig: { responseModalities: ['IMAGE'] },
      }),
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'bench' },
    });
    const bytes = (await response.arrayBuffer()).byteLength;
    if (response.status !== 200 || bytes < 10_000)
      throw new Error(`status ${response.status}, ${bytes} bytes`);
  };
  const series = async (name, count, width, promptOf) => {
    const before = await memory();
    const began = performance.now();
    let next = 0;
    const lane = async () => {
      while (next < count) await ask(promptOf(next++));
    };
    await Promise.all(Array.from({ length: width }, lane));
    const seconds = (performance.now() - began) / 1000;
    const after = await memory();
    shown(
      `${count} answers, ${name}`,
      seconds.toFixed(2),
      `s, memory ${before.toFixed(0)} → ${after.toFixed(0)} MB`,
    );
  };
  await series('one prompt, one at a time (warm-up)', 50, 1, () => 'a lighthouse at dusk');
  await series('one prompt, one at a time', answers, 1, () => 'a lighthouse at dusk');
  await series('one prompt, eight at a time', answers, 8, () => 'a lighthouse at dusk');
  await series('all different, eight at a time', answers, 8, (index) => `lighthouse number ${index}`);
  await series('all different again', answers, 8, (index) => `windmill number ${index}`);
} finally {
  child.send('stop');
}
