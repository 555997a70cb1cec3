// Every way of buying, as command lines, with how many pictures each asks for.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const MODEL = ['-m', 'nano-banana-2-lite'];
const PHOTO = { width: 64, height: 64, channels: 3, background: '#3070b0' };
const MANIFEST = {
  images: [1, 2].map((n) => ({ id: `cat-${n}`, prompt: `a cat, ${n}`, model: 'nano-banana-2-lite' })),
};
const ONE = ['generate', 'a cat', ...MODEL, '-o', 'a.jpg'];
export const WORK = ['work', '--until-empty', '--concurrency', '1'];
const BY_BATCH = ['generate', 'a cat', ...MODEL, '-n', '2', '-o', 'out/', '--lane', 'batch'];

/**
 * The last command meets the fault; those before it run as they should, or meet a fault of their own. A home that is not new has
 * a budget. `isRepeatable`: the same command again buys nothing again. `isAtServer`: there is a queue at a server alone.
 */
export const DOORS = {
  'generate in a new home': { pictures: 1, isNew: true, last: { args: ONE } },
  generate: { pictures: 1, last: { args: [...ONE, '--sidecar'] } },
  'generate several': {
    pictures: 2,
    last: { args: ['generate', 'a cat', ...MODEL, '-n', '2', '-o', 'out/', '--format', 'png'] },
  },
  'generate --cached': { pictures: 1, last: { args: [...ONE, '--cached', '--keep-raw'] } },
  'generate by prediction': {
    pictures: 1,
    last: { args: ['generate', 'a cat', '-m', 'imagen-4-fast', '-o', 'a.jpg'] },
  },
  edit: {
    pictures: 1,
    last: { args: ['edit', 'photo.png', '-p', 'make it night', ...MODEL, '-o', 'a.jpg'] },
  },
  chat: {
    pictures: 2,
    last: { args: ['chat', '--session', 'cats', ...MODEL, '-o', 'out/'], input: 'a cat\nat night\n' },
  },
  apply: { pictures: 2, isRepeatable: true, last: { args: ['apply'] } },
  recover: {
    pictures: 1,
    // Dies with its answer on the disk, and its bill booked.
    before: [
      { args: ONE, strike: { kind: 'name', path: '/work/a.jpg', fault: 'kill', statement: 'INTO images' } },
    ],
    last: { args: ['recover'] },
  },
  mcp: { pictures: 1, isRepeatable: true, last: { args: ['mcp', '--allowance', '1'], isAgent: true } },
  'generate by batch': { pictures: 2, isBatch: true, last: { args: BY_BATCH } },
  'batch wait': {
    pictures: 2,
    isBatch: true,
    before: [{ args: BY_BATCH }],
    last: { args: ['batch', 'wait'] },
  },
  'edit by batch': {
    pictures: 1,
    isBatch: true,
    last: { args: ['edit', 'photo.png', '-p', 'make it night', ...MODEL, '-o', 'a.jpg', '--lane', 'batch'] },
  },
  'apply by batch': {
    pictures: 2,
    isBatch: true,
    isRepeatable: true,
    before: [{ args: ['apply', '--lane', 'batch'] }],
    last: { args: ['apply', '--lane', 'batch'] },
  },
  work: {
    pictures: 2,
    isAtServer: true,
    before: [{ args: ['queue', 'add', '--yes'] }],
    last: { args: WORK },
  },
};

/** Puts what the commands read into a folder. */
export async function furnish(dir) {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'photo.png'), await sharp({ create: PHOTO }).png().toBuffer());
  await writeFile(join(dir, 'pixtab.json'), JSON.stringify(MANIFEST));
}
