import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictures } from '../../../src/adapters/images/images.ts';
import { candidate, imagePart } from '../../support/answers.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';

// Real pictures in a fake world: what is inside of them after everything that may be made of them.

const GREY = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const noise = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#000', noise: GREY } });

async function signed(): Promise<Buffer> {
  const jpeg = await noise(64, 48).jpeg().toBuffer();
  const claim = Buffer.from('\xFF\xEB\0\x08c2pa\0\0', 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), claim, jpeg.subarray(2)]);
}

function buying(picture: Buffer) {
  const pictureFiles = fakePictureFiles();
  const real = pictures();
  const answer = candidate([imagePart(picture, 'image/jpeg')]);
  return {
    ...world({
      script: [answer],
      deps: { pictureFiles: async () => pictureFiles, pictures: async () => real },
    }),
    pictureFiles,
  };
}

describe('what --embed wrote, receipt reads back on another machine', () => {
  const PROMPTS = {
    quotes: `a "lighthouse", 'at' dusk`,
    'line ends': 'first\nsecond\r\n\tthird',
    emoji: '⛵🌊👩‍🚀 灯台',
    'control characters': 'a\u0001b\u001B[31mc\u007Fd\u0085e\uFFFEf',
    'XML and the end of CDATA': ']]><prompt lang="x">&amp;<!-- --></prompt>',
    'what looks like our own escapes': String.raw`\n \u0041 \\ pixtab:escapes="backslash"`,
    '30 kB': `${'a "long" prompt & more; '.repeat(1_250)}at last`,
  };

  it.each(
    Object.entries(PROMPTS).flatMap(([what, prompt]) =>
      ['png', 'jpg', 'webp'].map((ending) => [what, ending, prompt] as const),
    ),
  )('%s in a %s', async (_, ending, prompt) => {
    const { pixtab, pictureFiles } = buying(await signed());
    const ran = await pixtab(prompt, '-o', `cat.${ending}`, '--embed', '--json');
    expect(ran.code).toBe(0);
    const { runId, cost, model } = JSON.parse(ran.stdout);

    const elsewhere = buying(await signed());
    await elsewhere.pictureFiles.put('found', await pictureFiles.read(`cat.${ending}`), { replace: false });
    const told = JSON.parse((await elsewhere.pixtab('receipt', 'found', '--json')).stdout);
    expect(told.embedded).toMatchObject({ prompt, runId, model, amount: cost.amount });
    // Another reader than ours sees a whole picture, and XMP in it.
    const { xmp, width } = await sharp(await pictureFiles.read(`cat.${ending}`)).metadata();
    expect([width, xmp?.includes(runId)]).toEqual([64, true]);
  });
});

describe('that content credentials no longer hold is said', () => {
  const CHANGES = ['--format png', '--quality 50 --format jpeg', '--resize 20x20', '--strip', '--embed'];

  it.each(CHANGES)('where they were there and %s ends them', async (flags) => {
    const { stderr } = await buying(await signed()).pixtab('a cat', '-o', 'cat', ...flags.split(' '));
    expect(stderr).toMatch(/C2PA.*no longer hold/);
  });

  it.each(CHANGES)('never where there were none, not even with %s', async (flags) => {
    const bare = await noise(64, 48).jpeg().toBuffer();
    const { stderr } = await buying(bare).pixtab('a cat', '-o', 'cat', ...flags.split(' '));
    expect(stderr).not.toContain('C2PA');
  });

  it.each([['--sidecar'], ['--format keep'], ['--format jpeg'], ['-o cat.jpg --force']])(
    'never where they still hold, as with %s',
    async (flags) => {
      const made = await signed();
      const { pixtab, pictureFiles } = buying(made);
      const { stderr } = await pixtab('a cat', '-o', 'cat', ...flags.split(' '));
      expect(stderr).not.toContain('C2PA');
      expect(made.equals(await pictureFiles.read('cat.jpg'))).toBe(true);
    },
  );
});

describe('--size-exact', () => {
  const side = fc.integer({ min: 1, max: 700 });

  it('makes exactly that, whatever came', async () => {
    const cases = fc.asyncProperty(
      fc.record({ width: side, height: side }),
      fc.record({ width: fc.integer({ min: 40, max: 400 }), height: fc.integer({ min: 40, max: 400 }) }),
      fc.constantFrom('png', 'jpg', 'webp'),
      async ({ width, height }, came, ending) => {
        const picture = await noise(came.width, came.height).jpeg().toBuffer();
        const { pixtab, pictureFiles } = buying(picture);
        const ran = await pixtab('a cat', '--size-exact', `${width}x${height}`, '-o', `cat.${ending}`);
        // An extreme ratio that no model comes near is refused before anything is bought.
        fc.pre(ran.code !== 2);
        expect(ran.code).toBe(0);
        const file = await pictureFiles.read(`cat.${ending}`);
        expect(await sharp(file).metadata()).toMatchObject({ width, height });
        // Only where the model did not keep to its own size.
        const scale = Math.max(width / came.width, height / came.height);
        expect(ran.stderr.includes('was enlarged')).toBe(scale > 1.5);
      },
    );
    await fc.assert(cases, { numRuns: 25 });
  });
});
