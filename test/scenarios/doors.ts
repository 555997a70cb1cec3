import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Place, Ran } from './place.ts';

/** Every way of buying. */
export const DOORS = [
  ...(['generate', 'edit', 'apply'] as const),
  ...(['apply by batch', 'generate by batch', 'recover', 'queue', 'queue by batch'] as const),
] as const;
export type Door = (typeof DOORS)[number];

/** Those that make a job, and come back for it. */
export const BATCH: readonly Door[] = ['apply by batch', 'generate by batch'];
/** Those where a job is made. */
export const JOBS: readonly Door[] = [...BATCH, 'queue by batch'];
/** Those that only a ledger at a server has. */
export const QUEUE: readonly Door[] = ['queue', 'queue by batch'];

/** What is bought, however. */
export interface Wish {
  readonly model: string;
  readonly count: number;
  /** Of the command that buys. */
  readonly flags: readonly string[];
  /** No waiting helps. */
  readonly isEndless?: boolean;
  /** What happens before somebody comes back: a job ends. */
  readonly later: () => Promise<void>;
}

/** Buys, and comes back for what comes later. What each command did, in order. */
export async function through(door: Door, here: Place, wish: Wish): Promise<readonly Ran[]> {
  if (QUEUE.includes(door)) return throughQueue(door, here, wish);
  const buy = await buying(door, here, wish);
  if (door === 'recover') {
    await here.killed(...buy);
    await wish.later();
    return [await here.pixtab('recover', '--json')];
  }
  const ran = [await here.pixtab(...buy)];
  if (!BATCH.includes(door)) return ran;
  const fetch = door === 'apply by batch' ? buy : ['batch', 'fetch', '--json'];
  return [...ran, ...(await comingBack(fetch, here, wish))];
}

/** Comes back for a job, which may have to wait here before it goes to the API. */
async function comingBack(
  fetch: readonly string[],
  { pixtab }: Place,
  { later }: Wish,
): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  do {
    await later();
    ran.push(await pixtab(...fetch));
  } while (ran.at(-1)?.code === PENDING && ran.length < MOST_RETURNS);
  return ran;
}

const PENDING = 12;
const MOST_RETURNS = 4;

/** It is priced and set aside, and a worker buys it; nobody works on what was not queued. */
async function throughQueue(door: Door, here: Place, wish: Wish): Promise<readonly Ran[]> {
  const { dir, pixtab } = here;
  await writeFile(join(dir, 'pixtab.json'), manifestOf(wish));
  // What may be spent is said when it is queued, and how it is sent when it is bought.
  const [ofAdd, ofWork] = wish.flags.includes('--max-cost') ? [wish.flags, []] : [[], wish.flags];
  const isBatch = JOBS.includes(door);
  const added = await pixtab('queue', 'add', '--json', ...(isBatch ? ['--lane', 'batch'] : []), ...ofAdd);
  if (added.code !== 0) return [added];
  const wait = isBatch && !wish.isEndless ? ['--wait'] : [];
  const work = ['work', '--until-empty', '--concurrency', '1', '--json', ...wait, ...ofWork];
  const worked = await pixtab(...work);
  if (!isBatch) return [added, worked];
  const { counts } = JSON.parse((await pixtab('queue', '--json')).stdout) as { counts: { inJobs: number } };
  // What a worker leaves in a job is for whoever comes next.
  return [worked, ...(counts.inJobs > 0 ? await comingBack(work, here, wish) : [])];
}

/** The command that buys. */
export async function buying(door: Door, { dir }: Place, wish: Wish): Promise<readonly string[]> {
  const lane = BATCH.includes(door) ? ['--lane', 'batch'] : [];
  const flags = ['--concurrency', '1', '--json', ...lane, ...wish.flags];
  if (door === 'apply' || door === 'apply by batch') {
    await writeFile(join(dir, 'pixtab.json'), manifestOf(wish));
    return ['apply', ...flags];
  }
  const order = ['-m', wish.model, '-n', String(wish.count), '-o', 'images/', ...flags];
  if (door !== 'edit') return ['generate', 'a cat', ...order];
  await writeFile(join(dir, 'photo.png'), await sharp({ create: PHOTO }).png().toBuffer());
  return ['edit', 'photo.png', '-p', 'a cat', ...order];
}

const PHOTO = { width: 64, height: 64, channels: 3, background: 'teal' } as const;

function manifestOf({ model, count }: Wish): string {
  const ids = Array.from({ length: count }, (_, index) => `cat-${index + 1}`);
  return JSON.stringify({ defaults: { model }, images: ids.map((id) => ({ id, prompt: `a cat, ${id}` })) });
}
