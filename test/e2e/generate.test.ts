import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { workplace } from './pixtab.ts';

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly sandbox: boolean;
  readonly model: string;
  readonly quote: { low: string; expected: string; high: string; lines: { amount: string }[] };
  readonly cost: { amount: string; basis: string; charged: string; lines: { amount: string }[] } | null;
  readonly images: {
    path: string;
    mimeType: string;
    width: number;
    height: number;
    bytes: number;
    sha256: string;
  }[];
  readonly request?: { method: string; url: string; body: unknown };
}

const nano = (dollars: string): bigint => {
  const [whole = '0', fraction = ''] = dollars.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
};

describe('generate, in the sandbox', () => {
  it('makes a picture, says its path on stdout and its price on stderr', async () => {
    await using place = await workplace();
    const ran = await place.run(['a lighthouse at dusk', '--sandbox']);
    expect(ran.stderr).toMatch(/Nano Banana 2 Lite/);
    expect(ran.stderr).toMatch(/\$0\.0336.*at most/);
    expect(ran.stderr).toMatch(/paid.*\$0\.0342/);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^\d{4}-\d\d-\d\d-a-lighthouse-at-dusk-[^/]+\.jpg\n$/);
    const { format, width, height } = await sharp(join(place.dir, ran.stdout.trim())).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 1024, height: 1024 });
  });

  it('says nothing that is not its own to say, however many requests are under way', async () => {
    await using place = await workplace();
    const small = ['-m', 'gemini-3.1-flash-image', '-s', '512', '-o', 'out/'];
    const ran = await place.run(['a cat', ...small, '-n', '12', '--concurrency', '12', '--sandbox']);
    const said = ran.stderr
      .split('\n')
      .filter((line) => !/^(model|price|paid|note|hold|sandbox)\b|^$/.test(line));
    expect([ran.code, said]).toEqual([0, []]);
  });

  it('leaves nothing but the picture in the working directory', async () => {
    await using place = await workplace();
    const ran = await place.run(['a cat', '--sandbox', '-o', 'cat.jpg']);
    expect(ran.code).toBe(0);
    expect(await readdir(place.dir)).toEqual(['cat.jpg']);
  });

  it.each([
    ['gemini-nano-banana-2.1', '2K', '16:9', 'image/jpeg', 2752, 1536],
    ['gemini-3-pro-image', '4K', '1:1', 'image/jpeg', 4096, 4096],
    ['gemini-3.1-flash-image', '512', '1:1', 'image/jpeg', 512, 512],
    ['gemini-2.5-flash-image', '1K', '3:2', 'image/png', 1248, 832],
    ['imagen-4', '1K', '1:1', 'image/png', 1024, 1024],
    ['imagen-4-ultra', '2K', '16:9', 'image/png', 2816, 1536],
  ])('%s at %s and %s keeps type and pixels', async (model, size, aspect, mimeType, width, height) => {
    await using place = await workplace();
    const ran = await place.run(['a cat', '--sandbox', '-m', model, '-s', size, '-a', aspect, '--json']);
    const { images, outcome } = ran.json<Document>();
    expect(outcome).toBe('ok');
    expect(images).toEqual([expect.objectContaining({ mimeType, width, height })]);
  });

  it('writes one exact JSON document with --json: lines sum to totals', async () => {
    await using place = await workplace();
    const document = (await place.run(['a cat', '--sandbox', '-n', '3', '--json'])).json<Document>();
    expect(document).toMatchObject({
      outcome: 'ok',
      exitCode: 0,
      sandbox: true,
      model: 'gemini-3.1-flash-lite-image',
    });
    expect(document.images).toHaveLength(3);
    const { cost, quote } = document;
    const total = (lines: { amount: string }[]): bigint =>
      lines.reduce((all, { amount }) => all + nano(amount), 0n);
    expect(cost).toMatchObject({ basis: 'metered', charged: 'yes' });
    expect(total(cost?.lines ?? [])).toBe(nano(cost?.amount ?? ''));
    expect(total(quote.lines)).toBe(nano(quote.expected));
    expect(nano(cost?.amount ?? '')).toBeLessThanOrEqual(nano(quote.high));
  });

  it('names four pictures of one order apart, one path a line', async () => {
    await using place = await workplace();
    const ran = await place.run(['灯台', '-n', '4', '--sandbox', '-o', 'out/']);
    const paths = ran.stdout.trim().split('\n');
    expect(new Set(paths).size).toBe(4);
    expect(paths.every((path) => path.startsWith('out/'))).toBe(true);
  });

  it('makes four Imagen pictures in one request', async () => {
    await using place = await workplace();
    const ran = await place.run(['a cat', '-m', 'imagen-4-fast', '-n', '4', '--sandbox', '--json']);
    const { images, cost } = ran.json<Document>();
    expect(images).toHaveLength(4);
    expect(cost).toMatchObject({ amount: '0.08', basis: 'listed' });
  });

  it('converts when the name asks for another format, and keeps the bytes otherwise', async () => {
    await using place = await workplace();
    const asPng = (await place.run(['a cat', '--sandbox', '-o', 'cat.png', '--json'])).json<Document>();
    expect(asPng.images[0]).toMatchObject({ path: 'cat.png', mimeType: 'image/png' });
    const kept = (await place.run(['a cat', '--sandbox', '-o', 'same', '--json'])).json<Document>();
    expect(kept.images[0]).toMatchObject({ path: 'same.jpg', mimeType: 'image/jpeg' });
  });

  it('writes the picture itself to a pipe with -o -', async () => {
    await using place = await workplace();
    const ran = await place.run(['a cat', '--sandbox', '-o', '-', '-q']);
    expect(ran.code).toBe(0);
    expect(ran.stdout.length).toBeGreaterThan(1000);
    expect(ran.stderr).toBe('');
    expect(await readdir(place.dir)).toEqual([]);
  });

  it('overwrites only with --force', async () => {
    await using place = await workplace();
    await writeFile(join(place.dir, 'cat.jpg'), 'mine');
    expect((await place.run(['a cat', '--sandbox', '-o', 'cat.jpg'])).code).toBe(2);
    expect(await readFile(join(place.dir, 'cat.jpg'), 'utf8')).toBe('mine');
    expect((await place.run(['a cat', '--sandbox', '-o', 'cat.jpg', '--force'])).code).toBe(0);
    expect((await readFile(join(place.dir, 'cat.jpg'))).length).toBeGreaterThan(1000);
  });

  it('reads the prompt from a file and from standard input', async () => {
    await using place = await workplace();
    await writeFile(join(place.dir, 'prompt.txt'), 'a red fox\n');
    expect((await place.run(['--prompt-file', 'prompt.txt', '--sandbox'])).stdout).toContain('a-red-fox');
    expect((await place.run(['--prompt-file', '-', '--sandbox'], { input: 'a blue owl' })).stdout).toContain(
      'a-blue-owl',
    );
  });

  it('is quiet with -q, and says more with -v', async () => {
    await using place = await workplace();
    expect((await place.run(['a cat', '--sandbox', '-q'])).stderr).toBe('');
    expect((await place.run(['a cat', '--sandbox', '-v'])).stderr).toMatch(/1,?120/);
  });
});

describe('a dry run', () => {
  it('shows price and request, needs no key, sends nothing, writes nothing', async () => {
    await using place = await workplace();
    const ran = await place.run(['a cat', '--dry-run', '-s', '2K', '-a', '16:9', '--json']);
    const { outcome, request, images, cost } = ran.json<Document>();
    expect(ran.code).toBe(0);
    expect({ outcome, images, cost }).toEqual({ outcome: 'dry-run', images: [], cost: null });
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-nano-banana-2.1:generateContent',
      body: {
        contents: [{ parts: [{ text: 'a cat' }], role: 'user' }],
        generationConfig: {
          responseModalities: ['IMAGE'],
          imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
        },
      },
    });
    expect(await readdir(place.dir)).toEqual([]);
  });
});
