import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { refusalAnswer } from '../../support/answers.ts';

const VARY = ['--vary', 'style=watercolor,ink', '--vary', 'angle=front,side'];
const FOUR = [
  'a cat. Angle: front. Style: watercolor.',
  'a cat. Angle: side. Style: watercolor.',
  'a cat. Angle: front. Style: ink.',
  'a cat. Angle: side. Style: ink.',
];

describe('--vary', () => {
  it('buys a picture for every combination, held all at once and named after its words', async () => {
    const { pixtab, api, store } = world();
    const ran = await pixtab('a cat', ...VARY, '--concurrency', '1');
    expect(ran.code).toBe(0);
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(FOUR);
    expect([...store.attempts.values()].map(({ plan }) => plan.prompt)).toEqual(FOUR);
    const paths = ran.stdout.split('\n');
    expect(new Set(paths).size).toBe(4);
    expect(paths[2]).toContain('a-cat-angle-front-style-ink');
  });

  it('with a count says which of the two makes too many', async () => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', ...VARY, '-n', '30');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--vary makes 4 prompts, and with -n 30 that is 120 images');
    expect(api.sent).toEqual([]);
  });

  it('says the price of all before: the sum of what each costs', async () => {
    const { pixtab } = world();
    const high = async (...args: readonly string[]): Promise<number> =>
      Number(JSON.parse((await pixtab('estimate', ...args, '--json')).stdout).quotes[0].high);
    let each = 0;
    for (const prompt of FOUR) each += await high(prompt);
    expect(await high('a cat', ...VARY)).toBeCloseTo(each, 9);
    expect(await high('a cat', ...VARY, '-n', '3')).toBeCloseTo(3 * each, 9);
    const bought = JSON.parse((await pixtab('generate', 'a cat', ...VARY, '--json')).stdout);
    expect(Number(bought.quote.high)).toBeCloseTo(each, 9);
    expect(bought.images).toHaveLength(4);
  });

  it('asks again, and elsewhere, for the words of the picture that is missing', async () => {
    const script = [
      aPicture('1'),
      refusalAnswer('IMAGE_OTHER'),
      aPicture('3'),
      aPicture('4'),
      refusalAnswer('IMAGE_SAFETY'),
    ];
    const { pixtab, api } = world({ script });
    const ran = await pixtab(
      'a cat',
      ...VARY,
      '--concurrency',
      '1',
      '--fallback',
      'nano-banana-pro',
      '--max-cost',
      '2',
    );
    expect(ran.code).toBe(0);
    expect(api.sent.slice(4).map(({ prompt, model }) => [prompt, model.id])).toEqual([
      [FOUR[1], 'gemini-3.1-flash-lite-image'],
      [FOUR[1], 'gemini-3-pro-image'],
    ]);
  });

  it('asks for the words of the picture that is missing as often as it asks', async () => {
    const refused = refusalAnswer('IMAGE_OTHER');
    const { pixtab, api } = world({
      script: [aPicture('1'), refused, aPicture('3'), aPicture('4'), refused, refused],
    });
    const ran = await pixtab(
      'a cat',
      ...VARY,
      '--concurrency',
      '1',
      '--refusal-retries',
      '3',
      '--max-cost',
      '2',
    );
    expect(ran.code).toBe(0);
    expect(api.sent.slice(4).map(({ prompt }) => prompt)).toEqual([FOUR[1], FOUR[1], FOUR[1]]);
  });

  it('makes one request for each prompt, also of a model that makes several pictures a request', async () => {
    const { pixtab, api } = world({ script: [new Failure('unavailable', 'down', { charged: 'no' })] });
    await pixtab('a cat', '--vary', 'x=a,b', '-m', 'imagen-4', '--allow-retired', '--dry-run');
    expect(api.sent).toEqual([]);
    await pixtab('a cat', '--vary', 'x=a,b', '-m', 'imagen-4', '--allow-retired', '--concurrency', '1');
    expect(api.sent[0]).toMatchObject({ prompt: 'a cat. X: a.', count: 1 });
  });

  it.each([
    [['--vary', 'style'], /--vary.*style=watercolor,ink/],
    [['--vary', 'style=,'], /--vary/],
    [['--vary', 'a=1,2', '-n', '60'], /120/],
    [['--vary', 'a=1,2', '-o', 'cat.png'], /one file name for 2 images/],
  ])('%j is refused before anything is sent', async (flags, says) => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', ...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
  });
});
