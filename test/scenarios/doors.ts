import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Place, Ran } from './place.ts';

/** Every way of buying. */
export const DOORS = [
  ...(['generate', 'edit', 'apply'] as const),
  ...(['apply by batch', 'generate by batch', 'recover'] as const),
] as const;
export type Door = (typeof DOORS)[number];

export const BATCH: readonly Door[] = ['apply by batch', 'generate by batch'];

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
  if (door === 'recover') {
    await here.killed(...generate(wish));
    await wish.later();
    return [await here.pixtab('recover', '--json')];
  }
  if (door === 'generate') return [await here.pixtab(...generate(wish))];
  if (door === 'edit') return [await here.pixtab(...(await edit(wish, here)))];
  if (door === 'apply') return [await here.pixtab(...(await apply(wish, here)))];
  const lane = ['--lane', 'batch'];
  const buy = door === 'apply by batch' ? await apply(wish, here) : generate(wish);
  const fetch = door === 'apply by batch' ? [...buy, ...lane] : ['batch', 'fetch', '--json'];
  const ran = [await here.pixtab(...buy, ...lane)];
  do {
    await wish.later();
    ran.push(await here.pixtab(...fetch));
  } while (ran.at(-1)?.code === PENDING && ran.length < MOST_VISITS);
  return ran;
}

const PENDING = 12;
/** A job may have to wait here before it goes to the API. */
const MOST_VISITS = 5;

const SAME = ['--concurrency', '1', '--json'];

const generate = ({ model, count, flags }: Wish): readonly string[] => [
  'generate',
  'a cat',
  '-m',
  model,
  '-n',
  String(count),
  '-o',
  'images/',
  ...SAME,
  ...flags,
];

async function edit(wish: Wish, { dir }: Place): Promise<readonly string[]> {
  const create = { width: 64, height: 64, channels: 3, background: 'teal' } as const;
  await writeFile(join(dir, 'photo.png'), await sharp({ create }).png().toBuffer());
  const [, prompt = '', ...rest] = generate(wish);
  return ['edit', 'photo.png', '-p', prompt, ...rest];
}

async function apply({ model, count, flags }: Wish, { dir }: Place): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `cat-${index + 1}`);
  const images = ids.map((id) => ({ id, prompt: `a cat, ${id}` }));
  await writeFile(join(dir, 'pixtab.json'), JSON.stringify({ defaults: { model }, images }));
  return ['apply', ...SAME, ...flags];
}
