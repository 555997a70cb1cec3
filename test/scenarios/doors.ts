import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Place, Ran } from './place.ts';

/** Every way of buying. */
export const DOORS = [
  ...(['generate', 'edit', 'apply'] as const),
  ...(['apply by batch', 'generate by batch', 'recover', 'queue'] as const),
] as const;
export type Door = (typeof DOORS)[number];

export const BATCH: readonly Door[] = ['apply by batch', 'generate by batch'];
/** Those that only a ledger at a server has. */
export const QUEUE: readonly Door[] = ['queue'];

/** What is bought, however. */
export interface Wish {
  readonly model: string;
  readonly count: number;
  /** Of the command that buys. */
  readonly flags: readonly string[];
  /** What happens before somebody comes back: a job ends. */
  readonly later: () => Promise<void>;
}

/** Buys, and comes back for what comes later. What each command did, in order. */
export async function through(door: Door, here: Place, wish: Wish): Promise<readonly Ran[]> {
  if (QUEUE.includes(door)) return throughQueue(here, wish);
  const buy = await buying(door, here, wish);
  if (door === 'recover') {
    await here.killed(...buy);
    await wish.later();
    return [await here.pixtab('recover', '--json')];
  }
  const ran = [await here.pixtab(...buy)];
  if (!BATCH.includes(door)) return ran;
  const fetch = door === 'apply by batch' ? buy : ['batch', 'fetch', '--json'];
  do {
    await wish.later();
    ran.push(await here.pixtab(...fetch));
  } while (ran.at(-1)?.code === PENDING && ran.length < MOST_VISITS);
  return ran;
}

/** It is priced and set aside, and a worker buys it; nobody works on what was not queued. */
async function throughQueue({ dir, pixtab }: Place, wish: Wish): Promise<readonly Ran[]> {
  await writeFile(join(dir, 'pixtab.json'), manifestOf(wish));
  // What may be spent is said when it is queued, and how it is sent when it is bought.
  const [ofAdd, ofWork] = wish.flags.includes('--max-cost') ? [wish.flags, []] : [[], wish.flags];
  const added = await pixtab('queue', 'add', '--json', ...ofAdd);
  if (added.code !== 0) return [added];
  return [added, await pixtab('work', '--until-empty', '--concurrency', '1', '--json', ...ofWork)];
}

const PENDING = 12;
/** A job may have to wait here before it goes to the API. */
const MOST_VISITS = 5;

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
