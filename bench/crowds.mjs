// Crowds under kill -9: `npm run build && node bench/crowds.mjs [scene] [processes] [kills] [seed]`. Many at one folder, one job, one
// journal; some of them are killed at random moments; whoever comes last finishes, and the laws are looked at.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { booksOf } from './books.mjs';
import { dice } from './kill.mjs';
import { at } from './place.mjs';

const MODEL = ['-m', 'nano-banana-2-lite'];
const PICTURES = 6;
/** Longer than anybody lives in a crowd on a busy machine. */
const LIFE_MS = 6_000;

/** Who comes, one after the other, and who finishes. `most`: pictures that are asked for, each once. */
const SCENES = {
  'a first start': {
    visits: (n) => ['a cat', ...MODEL, '-o', `out/${n}/`],
    last: () => [['recover']],
  },
  'apply of one folder': {
    most: PICTURES,
    visits: () => ['apply', '--concurrency', '2'],
    last: () => [['recover'], ['apply']],
  },
  'recover beside generate': {
    visits: (n) => (n % 2 === 0 ? ['a cat', ...MODEL, '-n', '2', '-o', `out/${n}/`] : ['recover']),
    last: () => [['recover']],
  },
  'batch wait on one job': {
    most: PICTURES,
    first: ['generate', 'a cat', ...MODEL, '-n', String(PICTURES), '-o', 'out/', '--lane', 'batch'],
    visits: () => ['batch', 'wait'],
    last: () => [['batch', 'wait', '--timeout', '30'], ['recover']],
  },
};
export const CROWDS = Object.keys(SCENES);

/** What a process may end with that was not killed; 1 is a bug. */
const CODES = new Set([0, 5, 6, 7, 8, 10, 11, 12]);

/** Plays a scene with so many processes, of which so many are killed, and tells what is wrong then. */
export const crowded = ({ scene, processes, kills, seed = 1 }) =>
  at({ flags: ['--latency', '30', '--seed', String(seed), '--batch-time', '0'] }, async (here) => {
    const { most, first, visits, last } = SCENES[scene];
    const random = dice(seed);
    await mkdir(join(here.dir, 'out'), { recursive: true });
    await writeFile(join(here.dir, 'pixtab.json'), JSON.stringify(MANIFEST));
    const begin = (args) => here.start([...args, '--sandbox'], { env: { PIXTAB_BASE_URL: here.url } });
    const wrong = [];
    const ended = ({ code, signal, stderr }, args) => {
      if (signal === null && !CODES.has(code))
        wrong.push(`${args.join(' ')} ends with ${code}: ${stderr.slice(0, 400)}`);
    };
    if (first !== undefined) ended(await begin(first).ran, first);
    const doomed = new Set();
    while (doomed.size < Math.min(kills, processes)) doomed.add(Math.floor(random() * processes));
    let killed = 0;
    const visit = async (_, n) => {
      const args = visits(n);
      const { child, ran } = begin(args);
      if (doomed.has(n)) {
        await Promise.race([ran, sleep(random() * LIFE_MS)]);
        if (child.kill('SIGKILL')) killed += 1;
      }
      ended(await ran, args);
    };
    await Promise.all(Array.from({ length: processes }, visit));
    for (const args of last()) ended(await begin(args).ran, args);
    const books = await booksOf(here, { most });
    return { scene, processes, killed, ...books, wrong: [...wrong, ...books.wrong] };
  });

const MANIFEST = {
  images: Array.from({ length: PICTURES }, (_, n) => ({
    id: `cat-${n}`,
    prompt: `a cat, ${n}`,
    model: 'nano-banana-2-lite',
  })),
};

if (process.argv[1] === import.meta.filename) {
  const [, , scene = 'all', processes = '8', kills = '4', seed = '1'] = process.argv;
  for (const one of CROWDS.filter((name) => scene === 'all' || name.includes(scene))) {
    const began = performance.now();
    const { wrong, ...result } = await crowded({
      scene: one,
      processes: Number(processes),
      kills: Number(kills),
      seed: Number(seed),
    });
    console.log({ ...result, seconds: Math.round((performance.now() - began) / 1000) });
    for (const line of wrong) console.log(`BROKEN  ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}
