import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { killedAt } from './killing.ts';
import { place, type Place } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

interface StoredFile {
  readonly name: string;
  readonly mimeType: string;
  readonly displayName: string;
  readonly source: string;
}

/** The key that pixtab shows a sandbox. */
const headers = { 'x-goog-api-key': 'pixtab-sandbox' };

async function filesAt({ sandbox }: Place): Promise<readonly StoredFile[]> {
  const answer = await fetch(`${sandbox.url}/v1beta/files?pageSize=100`, { headers });
  return ((await answer.json()) as { files?: StoredFile[] }).files ?? [];
}

const imagesAt = async (here: Place): Promise<readonly string[]> =>
  (await filesAt(here))
    .filter(({ mimeType }) => mimeType.startsWith('image/'))
    .map(({ displayName }) => displayName);

const chargedAt = ({ sandbox }: Place): number => sandbox.meter().charged;

/** Noise, which no format makes smaller: three bytes a pixel. */
async function noise({ dir }: Workplace, name: string, width: number, height: number): Promise<void> {
  const raw = { width, height, channels: 3 } as const;
  const png = sharp(randomBytes(width * height * 3), { raw }).png({ compressionLevel: 0 });
  await writeFile(join(dir, name), await png.toBuffer());
}

describe('a picture of 30 MB', () => {
  it('goes to the Files API once, for every request and every run that shows it', async () => {
    await using here = await place();
    await noise(here, 'photo.png', 3600, 2800);
    const edit = ['edit', 'photo.png', '-p', 'at night', '-n', '3', '-o', 'out/'];
    const first = await here.run(edit);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(
      /^upload photo\.png \(30\.\d MB\) goes to the Files API, where it stays for 48 hours$/m,
    );
    expect(await imagesAt(here)).toEqual(['photo.png']);
    const second = await here.run([...edit, '--json']);
    expect(second.stderr).toContain('upload photo.png is at the Files API already');
    expect(second.json()).toMatchObject({ outcome: 'ok', images: [{}, {}, {}] });
    expect(await imagesAt(here)).toEqual(['photo.png']);
    expect(chargedAt(here)).toBe(6);
  });

  it('is priced and shown in a dry run without a key and without a network', async () => {
    await using place = await workplace();
    await noise(place, 'photo.png', 3600, 2800);
    const ran = await place.run([
      'edit',
      'photo.png',
      '-p',
      'at night',
      '--dry-run',
      '--json',
      '--base-url',
      'http://127.0.0.1:9',
    ]);
    expect(ran.code).toBe(0);
    const there = { fileData: { mimeType: 'image/png', fileUri: expect.stringContaining('files/') } };
    expect(ran.json()['request']).toMatchObject({
      body: { contents: [{ parts: [{ text: 'at night' }, there] }] },
    });
  });
});

describe('pictures that a request holds', () => {
  it('never leave it, however many they are', async () => {
    await using here = await place();
    const names = Array.from({ length: 8 }, (_, index) => `${index}.png`);
    for (const name of names) await noise(here, name, 600, 500);
    const ran = await here.run(['edit', ...names, '-p', 'side by side', '-o', 'out/']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('upload');
    expect(await filesAt(here)).toEqual([]);
  });
});

describe('a picture that cannot be shown as it was meant', () => {
  const edit = ['edit', 'photo.png', '-p', 'at night', '-o', 'night.jpg', '--json'];
  async function large(): Promise<Place> {
    const here = await place();
    await noise(here, 'photo.png', 2500, 2200);
    return here;
  }

  it('because Google lost it is looked for again, and the request sent once more', async () => {
    await using here = await large();
    here.sandbox.control.setFaults('403-file');
    const ran = await here.run(edit);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('Trying again.');
    expect(chargedAt(here)).toBe(1);
    here.sandbox.control.setFaults('403-file,403-file');
    const lost = await here.run([...edit, '--force']);
    expect(lost.json()).toMatchObject({ outcome: 'unavailable', exitCode: 10, cost: { charged: 'no' } });
    expect(chargedAt(here)).toBe(1);
  });

  it('because an upload stumbles goes on', async () => {
    await using here = await large();
    here.sandbox.control.setFaults('files:okx2,files:500,files:503');
    expect((await here.run(edit)).code).toBe(0);
    expect(await imagesAt(here)).toEqual(['photo.png']);
  });

  it('because it may not be uploaded costs nothing', async () => {
    await using here = await large();
    here.sandbox.control.setFaults('files:403');
    const ran = await here.run(edit);
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ outcome: 'auth', images: [], cost: { amount: '0', charged: 'no' } });
    expect(chargedAt(here)).toBe(0);
  });
});

describe('kill -9 while a job with pictures is on its way', () => {
  // Its picture and its file of requests: two looks, a beginning and a piece each.
  it.each([
    ['before the picture is uploaded', 'files:okx2,files:hang'],
    ['in the middle of the picture', 'files:okx3,files:hang'],
    ['between the picture and the requests', 'files:okx4,files:hang'],
    ['between the uploads and the job', 'files:okx8,files:hang'],
    ['while the job is made', 'batch:hang'],
  ])('%s: the picture is there once, and every request is paid once', async (_, schedule) => {
    await using here = await place();
    await noise(here, 'photo.png', 200, 150);
    const edit = ['edit', 'photo.png', '-p', 'at night', '-n', '3', '-o', 'out/', '--lane', 'batch'];
    await killedAt(here, schedule, edit);
    here.sandbox.control.setFaults('');
    const waited = await here.run(['batch', 'wait']);
    expect(waited.code).toBe(0);
    expect(waited.stdout.trim().split('\n')).toHaveLength(3);
    expect(await imagesAt(here)).toEqual(['photo.png']);
    expect(chargedAt(here)).toBe(3);
  });
});
