// How the books grow, table by table: `npm run build && node bench/growth.mjs [pictures]`. Says it for 1,000 pictures.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { at, rowsOf } from './place.mjs';

const PER = 1_000;
const MOST_AT_ONCE = 100;
/** A prompt of 200 characters, which is what people write who know what they want. */
const PROMPT = 'a lighthouse at dusk above a bay with sailing boats, '.repeat(4).slice(0, 200);

const KINDS = {
  'generate -n 100': () => [PROMPT],
  'generate -n 100 --lane batch': () => [PROMPT, '--lane', 'batch'],
  'edit -n 100 --lane batch, a photo of 1 MB': (photo) => ['edit', photo, '-p', PROMPT, '--lane', 'batch'],
};

async function noise(path) {
  const raw = { width: 640, height: 520, channels: 3 };
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const pixels = Buffer.alloc(raw.width * raw.height * raw.channels, bytes);
  await writeFile(path, await sharp(pixels, { raw }).png({ compressionLevel: 0 }).toBuffer());
}

/** Bytes of every table with its indexes. */
const sizes = (home) =>
  new Map(
    rowsOf(
      home,
      `SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat s JOIN sqlite_schema m ON m.name = s.name
       GROUP BY m.tbl_name`,
    ).map(({ name, bytes }) => [name, Number(bytes)]),
  );

const [, , pictures = '300'] = process.argv;
for (const [kind, argsFor] of Object.entries(KINDS)) {
  await at({ flags: ['--batch-time', '1'] }, async (here) => {
    await noise(join(here.dir, 'photo.png'));
    const buy = async (count) => {
      const args = [...argsFor('photo.png'), '-n', String(count), '-o', 'out/', '--yes'];
      const common = ['--sandbox', '--base-url', here.url];
      const bought = await here.run([...args, ...common]);
      if (bought.code === 12) await here.run(['batch', 'wait', ...common]);
      else if (bought.code !== 0) throw new Error(bought.stderr);
    };
    // The first pages of every table say nothing about how it grows.
    await buy(1);
    const before = sizes(here.home);
    for (let left = Number(pictures); left > 0; left -= MOST_AT_ONCE) await buy(Math.min(left, MOST_AT_ONCE));
    const grown = [...sizes(here.home)]
      .map(([name, bytes]) => [
        name,
        Math.round(((bytes - (before.get(name) ?? 0)) * PER) / Number(pictures)),
      ])
      .filter(([, bytes]) => bytes > 0)
      .toSorted(([, one], [, other]) => other - one);
    console.log(`\n${kind}: bytes for ${PER} pictures`);
    for (const [name, bytes] of grown) console.log(`${String(bytes).padStart(10)}  ${name}`);
    console.log(`${String(grown.reduce((sum, [, bytes]) => sum + bytes, 0)).padStart(10)}  all`);
  });
}
