// Every way of buying, as command lines, with how many pictures each asks for.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const MODEL = ['-m', 'nano-banana-2-lite'];
const PHOTO = { width: 64, height: 64, channels: 3, background: '#3070b0' };
const MANIFEST = {
  images: [1, 2].map((n) => ({ id: `cat-${n}`, prompt: `a cat, ${n}`, model: 'nano-banana-2-lite' })),
};

/** `strike`: which of the commands meets the fault. A home that is used has bought something before. */
export const DOORS = {
  'generate in a new home': {
    pictures: 1,
    isNew: true,
    commands: [['generate', 'a cat', ...MODEL, '-o', 'a.jpg']],
  },
  generate: { pictures: 1, commands: [['generate', 'a cat', ...MODEL, '-o', 'a.jpg', '--sidecar']] },
  'generate several': {
    pictures: 2,
    commands: [['generate', 'a cat', ...MODEL, '-n', '2', '-o', 'out/', '--format', 'png']],
  },
  'generate --cached': {
    pictures: 1,
    commands: [['generate', 'a cat', ...MODEL, '-o', 'a.jpg', '--cached', '--keep-raw']],
  },
  edit: { pictures: 1, commands: [['edit', 'photo.png', '-p', 'make it night', ...MODEL, '-o', 'a.jpg']] },
  apply: { pictures: 2, commands: [['apply']] },
  'generate by batch': {
    pictures: 2,
    commands: [['generate', 'a cat', ...MODEL, '-n', '2', '-o', 'out/', '--lane', 'batch']],
  },
  'batch wait': {
    pictures: 2,
    commands: [
      ['generate', 'a cat', ...MODEL, '-n', '2', '-o', 'out/', '--lane', 'batch'],
      ['batch', 'wait'],
    ],
  },
  'apply by batch': {
    pictures: 2,
    commands: [
      ['apply', '--lane', 'batch'],
      ['apply', '--lane', 'batch'],
    ],
  },
};

/** Puts what the commands read into a folder. */
export async function furnish(dir) {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'photo.png'), await sharp({ create: PHOTO }).png().toBuffer());
  await writeFile(join(dir, 'pixtab.json'), JSON.stringify(MANIFEST));
}
