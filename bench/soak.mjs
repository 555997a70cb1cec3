// A soak: commands of all kinds against one home, one after the other and beside each other, for so many minutes, some of them killed at
// random: `npm run build && node bench/soak.mjs [minutes] [seed]`. In the end the books agree, no file of an interrupted write is left
// once it is a day old, and neither the ledger nor the sandbox has grown by more than what was bought.
import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { booksOf } from './books.mjs';
import { dice } from './kill.mjs';
import { at } from './place.mjs';

const MODEL = ['-m', 'nano-banana-2-lite'];
const ABREAST = 2;
/** One in so many is killed. */
const MORTALITY = 3;
const LONGEST_LIFE_MS = 2_500;
const DAY_MS = 86_400_000;
/** 1 is a bug. */
const CODES = new Set([0, 4, 5, 6, 7, 8, 10, 11, 12]);

/** What may be done, and how often in a hundred. */
const COMMANDS = [
  [26, (n) => ['a cat', ...MODEL, '-o', `out/${n}/`]],
  [8, (n) => ['a dog', ...MODEL, '-n', '3', '-o', `out/${n}/`, '--sidecar', '--format', 'webp']],
  [8, (n) => [`a bird, ${n % 7}`, ...MODEL, '--cached', '-o', `out/${n}.jpg`]],
  [8, (n) => ['edit', 'photo.png', '-p', 'at night', ...MODEL, '-o', `out/${n}.jpg`]],
  [
    8,
    (n) => [
      'edit',
      '--session',
      `s${Math.floor(n / 60)}`,
      '-i',
      'photo.png',
      '-p',
      'more light',
      ...MODEL,
      '-o',
      `out/${n}.jpg`,
    ],
  ],
  [10, () => ['apply', '--concurrency', '2']],
  [8, (n) => ['generate', 'a ship', ...MODEL, '-n', '2', '-o', `out/${n}/`, '--lane', 'batch']],
  [8, () => ['batch', 'fetch']],
  [8, () => ['recover']],
  [4, () => ['spend']],
  [4, () => ['history']],
];

/** Who comes back in the end. What is bought for the store tidies it. */
const FINISH = [
  ['batch', 'wait', '--timeout', '60'],
  ['recover'],
  ['apply'],
  ['the last', ...MODEL, '--cached', '-o', 'out/last.jpg'],
];

/** Resolves to what was done, what it left, and what is wrong with that. */
export const soaked = ({ minutes, seed = 1 }) =>
  at({ flags: ['--latency', '20', '--seed', String(seed), '--batch-time', '0'] }, async (here) => {
    const random = dice(seed);
    const until = Date.now() + minutes * 60_000;
    await mkdir(join(here.dir, 'out'), { recursive: true });
    const env = { PIXTAB_BASE_URL: here.url };
    const begin = (args) => here.start([...args, '--sandbox'], { env });
    const first = await begin(['a photo', ...MODEL, '-o', 'photo.png', '--format', 'png']).ran;
    const wrong = first.code === 0 ? [] : [`the first picture: ${first.stderr}`];
    let [commands, killed] = [0, 0];
    const ends = {};
    const samples = [await sizeOf(here)];
    let sampled = Date.now();
    const live = async () => {
      while (Date.now() < until) {
        const n = (commands += 1);
        await replaced(join(here.dir, 'pixtab.json'), manifest(n));
        const args = chosen(random)(n);
        const { child, ran } = begin(args);
        if (random() < 1 / MORTALITY) {
          await Promise.race([ran, sleep(random() * LONGEST_LIFE_MS)]);
          if (child.kill('SIGKILL')) killed += 1;
        }
        const { code, signal, stderr } = await ran;
        ends[signal ?? code] = (ends[signal ?? code] ?? 0) + 1;
        if (signal === null && !CODES.has(code))
          wrong.push(`${args.join(' ')} ends with ${code}: ${stderr.slice(0, 400)}`);
        if (Date.now() - sampled > 60_000) {
          sampled = Date.now();
          samples.push(await sizeOf(here));
        }
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, live));
    await aged(here.home, here.dir);
    for (const args of [...FINISH, ['recover']]) {
      const { code, stderr } = await begin(args).ran;
      if (!CODES.has(code)) wrong.push(`${args.join(' ')} ends with ${code}: ${stderr.slice(0, 400)}`);
    }
    const books = await booksOf(here);
    for (const draft of await draftsBelow(here.home, here.dir)) wrong.push(`a draft is left: ${draft}`);
    const grown = await sizeOf(here);
    samples.push(grown);
    wrong.push(...wrongWithGrowth(samples));
    return { commands, killed, ends, ...books, samples, wrong: [...wrong, ...books.wrong] };
  });

function chosen(random) {
  let left = random() * 100;
  for (const [share, make] of COMMANDS) if ((left -= share) < 0) return make;
  return COMMANDS[0][1];
}

/** Whoever reads it meanwhile sees the old one or the new one. */
async function replaced(path, text) {
  const draft = `${path}.${performance.now()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

/** A project whose pictures change now and then. */
const manifest = (n) =>
  JSON.stringify({
    images: [0, 1, 2].map((id) => ({
      id: `cat-${id}`,
      prompt: `a cat, ${id}, ${Math.floor(n / 40)}`,
      model: 'nano-banana-2-lite',
    })),
  });

/** Files and folders below a place. */
const below = (folder) =>
  readdir(folder, { recursive: true, withFileTypes: true }).then((all) =>
    all.map((entry) => ({ path: join(entry.parentPath, entry.name), isFile: entry.isFile() })),
  );

const isDraft = (path) => path.endsWith('.tmp');

const draftsBelow = async (...folders) =>
  (await Promise.all(folders.map(below))).flat().flatMap(({ path }) => (isDraft(path) ? [path] : []));

/** Whatever was interrupted was so two days ago. */
async function aged(...folders) {
  const then = new Date(Date.now() - 2 * DAY_MS);
  for (const draft of await draftsBelow(...folders)) await utimes(draft, then, then).catch(() => {});
}

/** What may grow: kilobytes of the ledger for each attempt, files of the home, memory of the sandbox. */
async function sizeOf(here) {
  const n = await attemptsIn(here);
  const size = async (name) =>
    (await stat(join(here.home, 'state', 'sandbox', name)).catch(() => ({ size: 0 }))).size;
  const memory = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${here.sandboxPid}/status`, 'utf8'))?.[1];
  return {
    attempts: Number(n),
    ledgerKb: Math.round((await size('ledger.db')) / 1024),
    walKb: Math.round((await size('ledger.db-wal')) / 1024),
    files: (await below(here.home)).filter(({ isFile }) => isFile).length,
    sandboxMb: Math.round(Number(memory) / 1024),
  };
}

/** Whoever puts the log in order after a kill has the ledger to himself for a moment. */
async function attemptsIn(here) {
  for (let tries = 1; ; tries += 1) {
    try {
      return here.ledger('SELECT count(*) AS n FROM attempts')[0].n;
    } catch (error) {
      if (tries === 200 || !/locked/.test(error.message)) throw error;
      await sleep(25);
    }
  }
}

const MOST_KB_AN_ATTEMPT = 12;
const MOST_WAL_KB = 16_384;
const MOST_SANDBOX_MB = 400;

/** The books of an attempt have a size; nothing else may grow with the time. */
function wrongWithGrowth(samples) {
  const [first, last] = [samples[0], samples.at(-1)];
  const kbEach = (last.ledgerKb - first.ledgerKb) / Math.max(1, last.attempts - first.attempts);
  return [
    ...(last.attempts > 50 && kbEach > MOST_KB_AN_ATTEMPT
      ? [`the ledger takes ${kbEach.toFixed(1)} KB an attempt`]
      : []),
    ...(last.walKb > MOST_WAL_KB ? [`the log of the ledger has ${last.walKb} KB`] : []),
    ...(last.sandboxMb > MOST_SANDBOX_MB ? [`the sandbox has ${last.sandboxMb} MB`] : []),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const [, , minutes = '10', seed = '1'] = process.argv;
  const { wrong, samples, ...result } = await soaked({ minutes: Number(minutes), seed: Number(seed) });
  console.log(result);
  console.table(samples);
  for (const line of wrong) console.log(`BROKEN  ${line}`);
  console.log(
    `${result.commands} commands, ${result.killed} killed, ${wrong.length} broke a law; seed ${seed}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}
