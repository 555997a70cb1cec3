// Every call to the system fails in turn, or the process is killed there, on every way of buying; then the laws are looked at:
// `npm run torture -- [points] [seed] [door…]`, and one of them again with `npm run torture -- again <door> <call>
// <kind> <fault> [lasts]`. `npm run torture -- statements [points] [seed] [door…]` does the same to each statement on its way to the
// server that PIXTAB_TEST_POSTGRES names. One point is one run: a door, a call, a fault. `npm run torture -- prove` breaks the laws on purpose,
// and wants that to be seen. Linux with a C compiler.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOORS } from './torture/doors.mjs';
import { placeIn } from './torture/place.mjs';
import { isDeadly, KINDS, pointsOf, sample, told } from './torture/points.mjs';
import { proveSeeds } from './torture/prove.mjs';
export { misplaced } from './torture/prove.mjs';
import { buildShim } from './torture/shim.mjs';

/** A run in which nothing fails: what it asks of the system is what may fail. */
const UNTOUCHED = { number: 0, kind: 'none', fault: undefined, lasts: false };

/** Plays one point, and leaves all of it where it is, to be looked at. */
async function again(point) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-torture-'));
  const server = point.kind === 'statement' ? SERVER : undefined;
  const place = await placeIn(root, { shim: buildShim(root).path, server });
  try {
    return { root, ...(await place.play(DOORS[point.door], point)) };
  } finally {
    await place.close();
  }
}

/** Plays so many points, or all of them where `points` is null, and tells which broke a law. `doors`: by name. */
export async function torture({
  points,
  seed = 1,
  server,
  doors = Object.keys(DOORS).filter((name) => server !== undefined || !DOORS[name].isAtServer),
  kinds = KINDS,
  faults,
  bin,
  workers = availableParallelism(),
  enough = Infinity,
  until = Infinity,
  onPoint = () => {},
}) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-torture-'));
  const shim = server ? { path: '' } : buildShim(root);
  try {
    if (shim.path === null) return { points: 0, kills: 0, broken: [], skipped: shim.why };
    const places = await Promise.all(
      Array.from({ length: workers }, (_, n) =>
        placeIn(join(root, String(n)), { shim: shim.path, bin, server }),
      ),
    );
    try {
      const [all, broken] = [[], []];
      for (const name of doors) {
        const { calls, wrong } = await places[0].play(DOORS[name], UNTOUCHED);
        if (wrong.length > 0) broken.push({ ...UNTOUCHED, door: name, wrong });
        all.push(...pointsOf(name, calls));
      }
      const some = all.filter(
        ({ kind, fault }) => kinds.includes(kind) && (faults === undefined || faults.includes(fault)),
      );
      const left = points === null ? [...some] : sample(some, points, seed);
      if (broken.length >= enough) left.length = 0;
      let [kills, met] = [0, 0];
      await Promise.all(
        places.map(async (place) => {
          for (let point = left.shift(); point !== undefined; point = left.shift()) {
            const began = performance.now();
            const { isMet, wrong } = await place
              .play(DOORS[point.door], point)
              .catch((error) => ({ isMet: true, wrong: [String(error)] }));
            if (isMet) met += 1;
            if (isMet && isDeadly(point)) kills += 1;
            if (wrong.length > 0) broken.push({ ...point, wrong });
            if (broken.length >= enough || Date.now() > until) left.length = 0;
            onPoint({ point, met: isMet ? met : null, wrong, ms: performance.now() - began });
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

/** Breaks laws on purpose, and resolves to 0 where each was seen. `names`: parts of the names of what to break. */
export const prove = (names = [], say = console.log) => proveSeeds(torture, names, say);

/** Where the ledger is whose statements are struck. */
const SERVER = process.env.PIXTAB_TEST_POSTGRES;
const SLOW_MS = 30_000;

async function played([door, number, kind, fault, lasts]) {
  const point = { door, number: Number(number), kind, fault, lasts: lasts !== undefined };
  const { calls: _, ...result } = await again(point);
  console.dir(result, { depth: null });
}

/** Points that are told of together, so that whoever is interrupted has the others. */
const CHUNK = 400;

/** Chunk after chunk, each with a seed of its own, until there are as many or TORTURE_MINUTES are over. */
async function proven([points = '5000', seed = '1', ...doors], server) {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(0);
  const until = Date.now() + Number(process.env.TORTURE_MINUTES ?? Infinity) * 60_000;
  const all = { points: 0, kills: 0, broken: 0 };
  const wanted = points === 'all' ? [null] : chunksOf(Number(points));
  for (const [chunk, size] of wanted.entries()) {
    if (Date.now() > until) break;
    const result = await torture({
      points: size,
      seed: Number(seed) + chunk,
      server,
      until,
      ...(doors.length > 0 && { doors }),
      onPoint({ point, met, wrong, ms }) {
        if (ms > SLOW_MS) console.log(`${told(point)}: took ${(ms / 1000).toFixed(0)} s`);
        for (const one of wrong) console.log(`${told(point)}: ${one}`);
        if (met !== null && met % 100 === 0) console.error(`${met} points, ${seconds()} s`);
      },
    });
    if (result.skipped !== null) return console.log(`nothing was tried: ${result.skipped}`);
    all.points += result.points;
    all.kills += result.kills;
    all.broken += result.broken.length;
    console.log(
      `${result.points} points of ${result.of}, ${result.kills} kills, ${result.broken.length} broke a law; seed ${Number(seed) + chunk}`,
    );
  }
  console.log(`${all.points} points, ${all.kills} kills, ${all.broken} broke a law; ${seconds()} s`);
  process.exitCode = all.broken > 0 ? 1 : 0;
  return undefined;
}

const chunksOf = (points) =>
  Array.from({ length: Math.ceil(points / CHUNK) }, (_, n) => Math.min(CHUNK, points - n * CHUNK));

function missing() {
  throw new Error('PIXTAB_TEST_POSTGRES names no server, such as postgres://postgres@127.0.0.1/postgres');
}

if (process.argv[1] === import.meta.filename) {
  const [first, ...more] = process.argv.slice(2);
  if (first === 'again') await played(more);
  else if (first === 'prove') process.exitCode = await prove(more);
  else if (first === 'statements') await proven(more, SERVER ?? missing());
  else await proven(first === undefined ? [] : [first, ...more]);
}
