import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { workplace, type Workplace } from './pixtab.ts';

async function photographed(width = 900, height = 1600): Promise<Workplace> {
  const place = await workplace();
  const photo = sharp({ create: { width, height, channels: 3, background: '#3070b0' } });
  await writeFile(join(place.dir, 'photo.jpg'), await photo.jpeg().toBuffer());
  return place;
}

describe('edit, in the sandbox', () => {
  it('changes a picture, keeps its ratio, and bills what went in', async () => {
    await using place = await photographed();
    const ran = await place.run(['edit', 'photo.jpg', '-p', 'make the sky dramatic', '--sandbox', '--json']);
    const { images, cost, outcome } = ran.json<{
      outcome: string;
      images: object[];
      cost: { basis: string; lines: { meter: string; quantity: number }[] };
    }>();
    expect(outcome).toBe('ok');
    expect(images).toEqual([expect.objectContaining({ width: 768, height: 1376 })]);
    expect(cost.basis).toBe('metered');
    expect(cost.lines.find(({ meter }) => meter === 'image input')?.quantity).toBeGreaterThan(0);
  });

  it('sends the wire that Google documents: text, then the picture inline', async () => {
    await using place = await photographed();
    const ran = await place.run(['edit', 'photo.jpg', '-p', 'night', '--dry-run', '--json']);
    expect(ran.json()['request']).toMatchObject({
      body: {
        contents: [{ role: 'user', parts: [{ text: 'night' }, { inlineData: { mimeType: 'image/jpeg' } }] }],
        generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '9:16' } },
      },
    });
  });

  it('takes a picture that comes through a pipe', async () => {
    await using place = await photographed();
    const input = await readFile(join(place.dir, 'photo.jpg'));
    const args = ['edit', '-', '-p', 'as a drawing', '--sandbox', '-o', 'drawn.webp'];
    expect(await place.run(args, { input })).toMatchObject({ code: 0, stdout: 'drawn.webp\n' });
  });

  it('with a mask leaves every pixel outside of it as it was', async () => {
    await using place = await photographed(900, 700);
    const hole = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const mask = await sharp({ create: { width: 900, height: 700, channels: 3, background: '#000' } })
      .composite([{ input: hole, left: 300, top: 200 }])
      .png()
      .toBuffer();
    await writeFile(join(place.dir, 'mask.png'), mask);
    const args = ['edit', 'photo.jpg', '-p', 'a boat', '--mask', 'mask.png', '-o', 'boat.png', '--sandbox'];
    expect((await place.run(args)).code).toBe(0);
    const pixels = (name: string) => sharp(join(place.dir, name)).removeAlpha().raw().toBuffer();
    const [before, after, kept] = [
      await pixels('photo.jpg'),
      await pixels('boat.png'),
      await sharp(mask).removeAlpha().raw().toBuffer(),
    ];
    const changed = after.filter((value, at) => value !== before[at]);
    const outside = after.filter((value, at) => kept[at] === 0 && value !== before[at]);
    expect(outside).toHaveLength(0);
    expect(changed.length).toBeGreaterThan(10_000);
  });
});
