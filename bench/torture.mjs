// Every call to the system fails in turn, or the process is killed there, on every way of buying; then the laws are looked at:
// `npm run torture -- [points] [seed] [door…]`, and one of them again with `npm run torture -- again <door> <call>
// <kind> <fault> [lasts]`. One point is one run: a door, a call, a fault. Linux with a C compiler.
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './process.mjs';
import { dice } from './kill.mjs';
import { DOORS, furnish } from './torture/doors.mjs';
import { wrongWithBooks, wrongWithEnd } from './torture/laws.mjs';
import { buildShim } from './torture/shim.mjs';

const KEY = 'torture-key-4711';
/** What may become of a call, by its kind; each once, and for ever after where that is another thing. */
const FAULTS = {
  open: ['EACCES', 'EMFILE', 'ENOSPC', 'EROFS', 'EIO'],
  write: ['ENOSPC', 'EIO', 'short'],
  flush: ['EIO', 'ENOSPC'],
  name: ['EACCES', 'ENOSPC', 'EXDEV', 'EROFS'],
  read: ['EIO'],
  lock: ['EAGAIN', 'EIO'],
  connect: ['ECONNREFUSED', 'ETIMEDOUT'],
  send: ['EPIPE', 'ECONNRESET', 'short'],
  receive: ['ECONNRESET'],
};
const LASTING = new Set(['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'ECONNREFUSED']);
const LONGEST_MS = 120_000;

/** Plays one point, and leaves all of it where it is, to be looked at. */
async function again(point) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-torture-'));
  const place = await placeIn(root, buildShim(root).path);
  try {
    return { root, ...(await place.play(point)) };
  } finally {
    await place.close();
  }
}

/**
 * Plays so many points, or all of them where `points` is null, and tells which broke a law. `deaf`: flushes of files with
 * this in their path do nothing. `doors`: by name.
 */
export async function torture({
  points,
  seed = 1,
  deaf,
  doors = Object.keys(DOORS),
  kinds = Object.keys(FAULTS),
  workers = availableParallelism(),
  onPoint = () => {},
}) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-torture-'));
  const shim = buildShim(root);
  try {
    if (shim.path === null) return { points: 0, kills: 0, broken: [], skipped: shim.why };
    const places = await Promise.all(
      Array.from({ length: workers }, (_, n) => placeIn(join(root, String(n)), shim.path, deaf)),
    );
    try {
      const all = (await every(places[0], doors)).filter(({ kind }) => kinds.includes(kind));
      const chosen = points === null ? all : sample(all, points, seed);
      const broken = [];
      let [kills, met] = [0, 0];
      const left = [...chosen];
      await Promise.all(
        places.map(async (place) => {
          for (let point = left.shift(); point !== undefined; point = left.shift()) {
            const began = performance.now();
            const { isMet, wrong } = await place
              .play(point)
              .catch((error) => ({ isMet: true, wrong: [String(error)] }));
            if (isMet) met += 1;
            if (isMet && /kill|power/.test(point.fault)) kills += 1;
            if (wrong.length > 0) broken.push({ ...point, wrong });
            onPoint({ point, met, wrong, ms: performance.now() - began });
          }
        }),
      );
      return { points: met, of: all.length, kills, broken, skipped: null };
    } finally {
      await Promise.all(places.map((place) => place.close()));
    }
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** All points: what each door asks of the system, and each fault that may meet that. */
async function every(place, doors) {
  const points = [];
  for (const door of doors) {
    for (const [number, kind] of await place.callsOf(door)) {
      for (const fault of [...FAULTS[kind], 'kill', 'power']) {
        points.push({ door, number, kind, fault, lasts: false });
        if (LASTING.has(fault)) points.push({ door, number, kind, fault, lasts: true });
      }
    }
  }
  return points;
}

/** As many of each door and of each kind of call in turn, at random: there are hundreds of locks for each connection. */
function sample(all, points, seed) {
  const random = dice(seed);
  const one = (some) => some[Math.floor(random() * some.length)];
  const groups = grouped(all);
  const names = Object.keys(groups).toSorted(() => random() - 0.5);
  return Array.from({ length: points }, (_, index) => one(groups[names[index % names.length]]));
}

const groupOf = ({ door, kind }) => `${door}, ${kind}`;

function grouped(all) {
  const found = {};
  for (const point of all) (found[groupOf(point)] ??= []).push(point);
  return found;
}

/** A sandbox of its own, and a home and a folder that are laid anew for each point. */
async function placeIn(root, shim, deaf) {
  const [dir, home] = ['work', 'home'].map((name) => join(root, 'now', name));
  const [usedHome, log] = [join(root, 'used'), join(root, 'calls')];
  await mkdir(join(root, 'now'), { recursive: true });
  const sandbox = start(['sandbox', '--seed', '1', '--batch-time', '0'], {
    cwd: root,
    env: { PATH: process.env.PATH, PIXTAB_HOME: join(root, 'sandbox') },
  });
  const url = await new Promise((resolve) =>
    sandbox.child.stdout.once('data', (text) => resolve(String(text).split('\n')[0])),
  );
  const env = {
    PATH: process.env.PATH,
    PIXTAB_HOME: home,
    PIXTAB_BASE_URL: url,
    GEMINI_API_KEY: KEY,
    PIXTAB_ASK_ABOVE: '100',
    UV_USE_IO_URING: '0',
  };

  const run = async (args, more = {}) => {
    const { child, ran } = start([...args, '--sandbox', '--json'], { cwd: dir, env: { ...env, ...more } });
    const late = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
    const ended = await ran;
    clearTimeout(late);
    return ended;
  };
  const lay = async (isNew) => {
    await rm(join(root, 'now'), { recursive: true, force: true, maxRetries: 3 });
    await furnish(dir);
    if (!isNew) await cp(usedHome, home, { recursive: true });
    await fetch(`${url}/sandbox/reset`, { method: 'POST' });
  };
  await lay(true);
  await run(['budget', 'set', '100/day']);
  await cp(home, usedHome, { recursive: true });

  /** Runs the commands of a door, the last of them below the shim. */
  const through = async ({ isNew = false, commands }, { fault, kind, number = 0, lasts = false }) => {
    await lay(isNew);
    await rm(log, { force: true });
    const ends = [];
    for (const [index, args] of commands.entries()) {
      const isStruck = index === commands.length - 1;
      const below = {
        LD_PRELOAD: shim,
        TORTURE_ROOT: join(root, 'now'),
        TORTURE_LOG: log,
        TORTURE_AT: String(number),
        ...(fault && { TORTURE_FAULT: fault, TORTURE_KIND: kind }),
        ...(lasts && { TORTURE_STICKY: '1' }),
        ...(deaf && { TORTURE_DEAF: deaf }),
      };
      ends.push(await run(args, isStruck ? below : {}));
    }
    return ends;
  };
  const logged = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n');

  return {
    async callsOf(door) {
      const ends = await through(DOORS[door], {});
      const last = ends.at(-1);
      if (![0, 12].includes(last.code))
        throw new Error(`${door} ends with ${last.code} untouched: ${last.stderr}`);
      return (await logged()).flatMap((line) => {
        const [number, kind] = line.split(' ');
        return kind === undefined ? [] : [[Number(number), kind]];
      });
    },
    async play(point) {
      const door = DOORS[point.door];
      const ends = await through(door, point);
      const isMet = (await logged()).includes('struck');
      const isKilled = isMet && /kill|power/.test(point.fault);
      const wrong = ends.flatMap((end, index) => wrongWithEnd(end, isKilled && index === ends.length - 1));
      // Whoever comes back where it did not go through: what waits is finished, what is ordered is fetched.
      const after =
        ends.at(-1).code === 0
          ? []
          : [
              ['recover'],
              ...(point.door.includes('batch') ? [['batch', 'wait', '--timeout', '5']] : []),
              ['verify'],
            ];
      let isLookedFor = false;
      for (const args of after) {
        const end = await run(args);
        wrong.push(...wrongWithEnd(end, false));
        // A job whose making was not answered is looked for for ten minutes, and holds its money until then.
        if (args[0] === 'batch' && end.code === 12) isLookedFor = true;
        if (args[0] === 'verify' && end.code !== 0)
          wrong.push(`verify ends with ${end.code}: ${end.stdout.slice(0, 400)}`);
      }
      const meter = await (await fetch(`${url}/sandbox/meter`)).json();
      wrong.push(
        ...(await wrongWithBooks({ home, dir, key: KEY, wanted: door.pictures, ends, meter, isLookedFor })),
      );
      return { isMet, wrong, ends };
    },
    async close() {
      sandbox.child.kill('SIGKILL');
      await sandbox.ran;
    },
  };
}

const SLOW_MS = 30_000;

async function played([door, number, kind, fault, lasts]) {
  console.log(await again({ door, number: Number(number), kind, fault, lasts: lasts !== undefined }));
}

async function proven([points = '5000', seed = '1', ...doors]) {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(0);
  const result = await torture({
    points: points === 'all' ? null : Number(points),
    seed: Number(seed),
    ...(doors.length > 0 && { doors }),
    deaf: process.env.TORTURE_DEAF,
    onPoint({ point: { door, number, kind, fault, lasts }, met, wrong, ms }) {
      const point = `${door}, call ${number} (${kind}) ${fault}${lasts ? ' for ever' : ''}`;
      if (ms > SLOW_MS) console.log(`${point}: took ${(ms / 1000).toFixed(0)} s`);
      for (const one of wrong) console.log(`${point}: ${one}`);
      if (met % 100 === 0 && wrong.length === 0) console.error(`${met} points, ${seconds()} s`);
    },
  });
  if (result.skipped !== null) console.log(`nothing was tried: ${result.skipped}`);
  else
    console.log(
      `${result.points} points of ${result.of}, ${result.kills} kills, ${result.broken.length} broke a law; seed ${seed}, ${seconds()} s`,
    );
  process.exitCode = result.broken.length > 0 ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) {
  const [first, ...more] = process.argv.slice(2);
  await (first === 'again' ? played(more) : proven(first === undefined ? [] : [first, ...more]));
}
