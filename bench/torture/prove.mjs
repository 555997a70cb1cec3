// Breaks pixtab on purpose, in a build of its own, and plays points until a law is seen to be broken.
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import config from '../../rolldown.config.js';
import { told } from './points.mjs';
import { SEEDS } from './seeds.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** Points that a seed has to be found by. */
const MOST_POINTS = 60;

/** Resolves to the exit code: 0 where each was found. `names`: parts of those that are wanted; all where there are none. */
export async function proveSeeds(torture, names, say) {
  let deaf = 0;
  for (const seed of SEEDS.filter(
    ({ name }) => names.length === 0 || names.some((one) => name.includes(one)),
  )) {
    const { points, broken, skipped } = await withSeed(seed, (bin) =>
      torture({ points: MOST_POINTS, bin, enough: 1, ...seed.at }),
    );
    if (skipped !== null) {
      say(`nothing was tried: ${skipped}`);
      return 0;
    }
    const [first] = broken;
    if (first === undefined) deaf += 1;
    say(
      first === undefined
        ? `NOT FOUND  ${seed.name}: ${points} points`
        : `found      ${seed.name}: by ${points} points, at ${told(first)}: ${first.wrong[0].slice(0, 200)}`,
    );
  }
  say(deaf === 0 ? 'every broken law was found' : `${deaf} broken laws were not found`);
  return deaf === 0 ? 0 : 1;
}

/** Faults that have no place in the source any more. */
export async function misplaced() {
  const places = await Promise.all(
    SEEDS.map(async (seed) => {
      const source = await readFile(join(ROOT, seed.file), 'utf8');
      const finds = [seed.find, ...(seed.also ? [seed.also[0]] : [])];
      return finds.every((find) => (typeof find === 'string' ? source.includes(find) : find.test(source)));
    }),
  );
  return SEEDS.flatMap(({ name }, index) => (places[index] ? [] : [name]));
}

/** Builds pixtab with a fault, inside the project, where its packages are found. */
async function withSeed(seed, work) {
  const builds = join(ROOT, 'node_modules/.cache');
  await mkdir(builds, { recursive: true });
  const built = await mkdtemp(join(builds, 'pixtab-seed-'));
  try {
    await cp(join(ROOT, 'bin'), join(built, 'bin'), { recursive: true });
    await build({
      ...config,
      cwd: ROOT,
      plugins: [changing(seed), ...config.plugins],
      output: { ...config.output, dir: join(built, 'dist') },
    });
    return await work(join(built, 'bin/pixtab.cjs'));
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

/** A plugin that puts a fault into a file. One that finds no place for it is out of date. */
const changing = ({ name, file, find, put, also }) => ({
  name: 'seed',
  transform(code, id) {
    if (id !== join(ROOT, file)) return null;
    const pairs = [[find, put], ...(also ? [also] : [])];
    return {
      code: pairs.reduce((text, [what, by]) => {
        const changed = text.replace(what, by);
        if (changed === text) throw new Error(`${name}: ${file} has no such place any more`);
        return changed;
      }, code),
      map: null,
    };
  },
});
