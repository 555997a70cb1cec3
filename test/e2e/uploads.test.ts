import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/place.mjs';
import { BIN, workplace, type Workplace } from './pixtab.ts';
import { serving, type Served } from './serving.ts';

interface StoredFile {
  readonly name: string;
  readonly mimeType: string;
  readonly displayName: string;
  readonly source: string;
}

/** The key that pixtab shows a sandbox. */
const headers = { 'x-goog-api-key': 'pixtab-sandbox' };

async function filesAt({ url }: Served): Promise<readonly StoredFile[]> {
  const answer = await fetch(`${url}/v1beta/files?pageSize=100`, { headers });
  return ((await answer.json()) as { files?: StoredFile[] }).files ?? [];
}

const imagesAt = async (served: Served): Promise<readonly string[]> =>
  (await filesAt(served))
    .filter(({ mimeType }) => mimeType.startsWith('image/'))
    .map(({ displayName }) => displayName);

const chargedAt = async ({ url }: Served): Promise<number> =>
  ((await (await fetch(`${url}/sandbox/meter`)).json()) as { charged: number }).charged;

const faults = ({ url }: Served, schedule: string): Promise<unknown> =>
  fetch(`${url}/sandbox/faults`, { method: 'POST', body: JSON.stringify({ schedule }) });

async function isMet({ url }: Served): Promise<boolean> {
  const { pending } = (await (await fetch(`${url}/sandbox/faults`)).json()) as { pending: unknown[] };
  return pending.length === 0;
}

/** Noise, which no format makes smaller: three bytes a pixel. */
async function noise(place: Workplace, name: string, width: number, height: number): Promise<void> {
  const raw = { width, height, channels: 3 } as const;
  const png = sharp(randomBytes(width * height * 3), { raw }).png({ compressionLevel: 0 });
  await writeFile(join(place.dir, name), await png.toBuffer());
}

const at = ({ url }: Served, ...args: readonly string[]) => [...args, '--sandbox', '--base-url', url];

describe('a picture of 30 MB', () => {
  it('goes to the Files API once, for every request and every run that shows it', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    await noise(place, 'photo.png', 3600, 2800);
    const edit = at(served, 'edit', 'photo.png', '-p', 'at night', '-n', '3', '-o', 'out/');
    const first = await place.run(edit);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(
      /^upload photo\.png \(30\.\d MB\) goes to the Files API, where it stays for 48 hours$/m,
    );
    expect(await imagesAt(served)).toEqual(['photo.png']);
    const second = await place.run([...edit, '--json']);
    expect(second.stderr).toContain('upload photo.png is at the Files API already');
    expect(second.json()).toMatchObject({ outcome: 'ok', images: [{}, {}, {}] });
    expect(await imagesAt(served)).toEqual(['photo.png']);
    expect(await chargedAt(served)).toBe(6);
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
    await using place = await workplace();
    await using served = await serving(place);
    const names = Array.from({ length: 8 }, (_, index) => `${index}.png`);
    for (const name of names) await noise(place, name, 600, 500);
    const ran = await place.run(at(served, 'edit', ...names, '-p', 'side by side', '-o', 'out/'));
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('upload');
    expect(await filesAt(served)).toEqual([]);
  });
});

describe('a picture that cannot be shown as it was meant', () => {
  const large = async (): Promise<
    { place: Workplace; served: Served; edit: readonly string[] } & AsyncDisposable
  > => {
    const place = await workplace();
    const served = await serving(place);
    await noise(place, 'photo.png', 2500, 2200);
    const edit = at(served, 'edit', 'photo.png', '-p', 'at night', '-o', 'night.jpg', '--json');
    return {
      place,
      served,
      edit,
      async [Symbol.asyncDispose]() {
        await served[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  };

  it('because Google lost it is looked for again, and the request sent once more', async () => {
    await using here = await large();
    await faults(here.served, '403-file');
    const ran = await here.place.run(here.edit);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('Trying again.');
    expect(await chargedAt(here.served)).toBe(1);
    await faults(here.served, '403-file,403-file');
    const lost = await here.place.run([...here.edit, '--force']);
    expect(lost.json()).toMatchObject({ outcome: 'unavailable', exitCode: 10, cost: { charged: 'no' } });
    expect(await chargedAt(here.served)).toBe(1);
  });

  it('because an upload stumbles goes on', async () => {
    await using here = await large();
    await faults(here.served, 'files:okx2,files:500,files:503');
    expect((await here.place.run(here.edit)).code).toBe(0);
    expect(await imagesAt(here.served)).toEqual(['photo.png']);
  });

  it('because it may not be uploaded costs nothing', async () => {
    await using here = await large();
    await faults(here.served, 'files:403');
    const ran = await here.place.run(here.edit);
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ outcome: 'auth', images: [], cost: { amount: '0', charged: 'no' } });
    expect(await chargedAt(here.served)).toBe(0);
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
    await using place = await workplace();
    await using served = await serving(place);
    await noise(place, 'photo.png', 200, 150);
    await faults(served, schedule);
    const args = at(
      served,
      'edit',
      'photo.png',
      '-p',
      'at night',
      '-n',
      '3',
      '-o',
      'out/',
      '--lane',
      'batch',
    );
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: place.dir,
      env: { ...place.env },
      stdio: 'ignore',
    });
    const gone = once(child, 'exit');
    await until(() => isMet(served));
    child.kill('SIGKILL');
    await gone;
    await faults(served, '');
    const waited = await place.run(at(served, 'batch', 'wait'));
    expect(waited.code).toBe(0);
    expect(waited.stdout.trim().split('\n')).toHaveLength(3);
    expect(await imagesAt(served)).toEqual(['photo.png']);
    expect(await chargedAt(served)).toBe(3);
  });
});
