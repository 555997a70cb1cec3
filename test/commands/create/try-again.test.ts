import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { FailureKind } from '../../../src/core/errors.ts';
import { nano, usd } from '../../../src/core/pricing/money.ts';
import { candidate, imagePart, predictions, refusalAnswer, USAGE } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import type { WorldOptions } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const BANANA = 'gemini-nano-banana-2.1';
const PRO = 'gemini-3-pro-image';

const chance = (reason = 'IMAGE_OTHER') => refusalAnswer(reason, 'Not this time.');
const textOnly = candidate([{ text: 'I would rather describe it.' }], {
  usageMetadata: { ...USAGE, candidatesTokensDetails: [] },
});
const blocked = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 22, totalTokenCount: 22 },
};
const failure = (kind: FailureKind, charged?: 'no') => new Failure(kind, `It was ${kind}.`, { charged });
const lost = failure('unconfirmed');

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly model: string;
  readonly cost: {
    readonly amount: string;
    readonly charged: string;
    readonly basis: string;
    readonly lines: readonly { readonly amount: string }[];
  };
  readonly images: readonly { readonly path: string; readonly mimeType: string }[];
  readonly refusals: readonly { readonly reason: string }[];
  readonly steps: readonly {
    readonly model: string;
    readonly why: string;
    readonly asked: number;
    readonly delivered: number;
    readonly outcome: string;
    readonly cost: { readonly amount: string };
    readonly error: { readonly kind: string } | null;
  }[];
  readonly warnings: readonly string[];
}

/** One command line, one request at a time, with --json. */
async function bought(script: WorldOptions['script'], ...flags: readonly string[]) {
  const made = world({ script: script ?? [] });
  const ran = await made.pixtab('a cat', '--concurrency', '1', '--json', ...flags);
  const document = JSON.parse(ran.stdout) as Document;
  const steps = document.steps.map(({ model, why, asked, delivered }) => [model, why, asked, delivered]);
  return { ...made, ...ran, document, steps, models: made.api.sent.map(({ model }) => model.id) };
}

const total = (amounts: readonly { readonly amount: string }[]): bigint =>
  amounts.reduce((all, { amount }) => all + usd(amount), 0n);

describe('a refusal that may be chance', () => {
  it.each([
    ['IMAGE_RECITATION', chance('IMAGE_RECITATION')],
    ['RECITATION', chance('RECITATION')],
    ['IMAGE_OTHER', chance()],
    ['NO_IMAGE', chance('NO_IMAGE')],
  ])('%s is asked for once more, and the picture counts', async (reason, answer) => {
    const { code, document, steps, store } = await bought([answer]);
    expect([code, document.outcome, document.images.length]).toEqual([0, 'ok', 1]);
    expect(steps).toEqual([
      [LITE, 'first', 1, 0],
      [LITE, 'refused', 1, 1],
    ]);
    expect(document.refusals).toEqual([expect.objectContaining({ reason })]);
    expect(document.warnings.join()).toMatch(new RegExp(`asked again for 1 image, at most .*${reason}`));
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['saved', 'saved']);
  });

  it('an answer of text alone is asked for once more, its text is billed and told', async () => {
    const { code, document } = await bought([textOnly], '--refusal-retries', '1');
    expect(code).toBe(0);
    expect(usd(document.steps[0]?.cost.amount ?? '')).toBeGreaterThan(0n);
    expect(document).toMatchObject({ text: 'I would rather describe it.' });
  });

  it.each([
    ['IMAGE_SAFETY', refusalAnswer('IMAGE_SAFETY')],
    ['PROHIBITED_CONTENT', refusalAnswer('PROHIBITED_CONTENT')],
    ['a blocked prompt', blocked],
    ['a reason nobody knows', refusalAnswer('NEXT_YEARS_REASON')],
  ])('is not %s, however many repeats are allowed', async (_, answer) => {
    const { code, models } = await bought([answer], '--refusal-retries', '3');
    expect([code, models]).toEqual([5, [LITE]]);
  });

  it('is not an answer that was not understood, however many repeats are allowed', async () => {
    const broken = candidate([imagePart(Buffer.from('no picture'), 'image/png')]);
    const { code, models } = await bought(
      [broken],
      '--refusal-retries',
      '3',
      '--fallback',
      'nano-banana-2.1',
    );
    expect([code, models]).toEqual([11, [LITE]]);
  });

  it('is asked for as often as the user says, and stands after that', async () => {
    const { code, models, document } = await bought(
      [chance(), chance(), chance(), chance()],
      '--refusal-retries',
      '2',
    );
    expect([code, models.length, document.outcome]).toEqual([5, 3, 'refused']);
    expect(document.steps.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  });

  it('stands at once with --refusal-retries 0', async () => {
    expect((await bought([chance()], '--refusal-retries', '0')).models).toEqual([LITE]);
  });

  it('asks only for the pictures that are missing, and puts them in their places', async () => {
    const { document, steps } = await bought([aPicture(), chance(), aPicture()], '-n', '3', '-o', 'cat-{n}');
    expect(steps).toEqual([
      [LITE, 'first', 3, 2],
      [LITE, 'refused', 1, 1],
    ]);
    expect(document.images.map(({ path }) => path)).toEqual(['cat-1.jpg', 'cat-2.jpg', 'cat-3.jpg']);
  });

  it('asks only for the pictures that are missing of a request for several', async () => {
    const png = fakePicture('png', 1024, 1024);
    const { document, steps } = await bought(
      [predictions(png, png), predictions(png, png)],
      '-m',
      'imagen-4',
      '--allow-retired',
      '-n',
      '4',
      '-o',
      'cat-{n}',
      '--fallback',
      'imagen-4-fast',
    );
    expect(steps).toEqual([
      ['imagen-4.0-generate-001', 'first', 4, 2],
      ['imagen-4.0-fast-generate-001', 'fallback', 2, 2],
    ]);
    expect(document.images.map(({ path }) => path)).toEqual([
      'cat-1.png',
      'cat-2.png',
      'cat-3.png',
      'cat-4.png',
    ]);
  });

  it('is not repeated when the hold is refused by --max-cost: the refusal stands, and why is said', async () => {
    const { code, models, document, stderr } = await bought([textOnly], '--max-cost', '0.0358');
    expect([code, models]).toEqual([5, [LITE]]);
    expect(document.warnings).toEqual([
      expect.stringMatching(/not asked again: --max-cost \$0\.0358 has .* left/),
    ]);
    expect(stderr).toMatch(/not asked again/);
  });

  it('is repeated within --max-cost, to the last nano-dollar', async () => {
    const first = await bought([chance()], '--max-cost', '1');
    const [refused, repeat] = first.store.attempts.values();
    const limit = nano((refused?.bill?.amount ?? 0n) + (repeat?.plan.high ?? 0n));
    const exact = (amount: bigint): string => `0.${amount.toString().padStart(9, '0')}`;
    expect((await bought([chance()], '--max-cost', exact(limit))).code).toBe(0);
    expect((await bought([chance()], '--max-cost', exact(limit - 1n))).code).toBe(5);
  });

  it('is not repeated when a budget has too little left', async () => {
    const { api, deps, pixtab } = world({ script: [textOnly] });
    const { ledger } = await deps.books({ sandbox: false });
    await ledger.setBudget({
      per: 'day',
      model: null,
      project: null,
      agent: null,
      amount: usd('0.0358'),
      zone: 'UTC',
    });
    const ran = await pixtab('a cat', '--refusal-retries', '1');
    expect([ran.code, api.sent.length]).toEqual([5, 1]);
    expect(ran.stderr).toMatch(/not asked again: The budget of \$0\.0358 a day/);
  });

  it('keeps to the price that was said, unless the user allows more', async () => {
    const thoughtful = {
      ...textOnly,
      usageMetadata: { promptTokenCount: 22, candidatesTokenCount: 3000, totalTokenCount: 3022 },
    };
    const kept = await bought([thoughtful]);
    expect([kept.code, kept.models.length]).toEqual([5, 1]);
    expect(kept.document.warnings.join()).toMatch(
      /not asked again: It would come to \$0\.\d+, and \$0\.\d+ was said at most/,
    );
    expect((await bought([thoughtful], '--refusal-retries', '1')).code).toBe(0);
    expect((await bought([thoughtful], '--max-cost', '1')).code).toBe(0);
  });
});

describe('the price that was said', () => {
  it('grows by what another model was said to cost, not by repeats that nobody asked for', async () => {
    const dear = {
      ...textOnly,
      usageMetadata: { promptTokenCount: 22, candidatesTokenCount: 40_000, totalTokenCount: 40_022 },
    };
    const { steps, document } = await bought([chance(), dear, chance()], '--fallback', 'nano-banana-2.1');
    expect(steps.map(([model, why]) => [model, why])).toEqual([
      [LITE, 'first'],
      [LITE, 'refused'],
      [BANANA, 'fallback'],
    ]);
    expect(document.warnings.at(-1)).toMatch(/Nano Banana 2\.1 is not asked again: It would come to/);
  });
});

describe('an outcome that nobody knows', () => {
  it.each([
    [[]],
    [['--fallback', 'nano-banana-pro']],
    [['--refusal-retries', '5', '--fallback', 'nano-banana-pro']],
  ])('is never repeated without the flag (%j)', async (flags) => {
    const { code, models } = await bought([lost], ...flags);
    expect([code, models]).toEqual([8, [LITE]]);
  });

  it('is repeated once with --retry-unconfirmed, and what it may have cost is counted', async () => {
    const { code, document, steps, store } = await bought([lost], '--retry-unconfirmed');
    expect([code, document.outcome]).toEqual([0, 'ok']);
    expect(steps).toEqual([
      [LITE, 'first', 1, 0],
      [LITE, 'unconfirmed', 1, 1],
    ]);
    const [unknown, paid] = [...store.attempts.values()];
    expect([unknown?.state, paid?.state]).toEqual(['unconfirmed', 'saved']);
    expect(document.cost).toMatchObject({ charged: 'unknown', basis: 'estimated' });
    expect(usd(document.cost.amount)).toBe((unknown?.plan.expected ?? 0n) + (paid?.bill?.amount ?? 0n));
  });

  it.each([
    [['--retry-unconfirmed'], 2],
    [['--retry-unconfirmed', '3'], 4],
    [['--retry-unconfirmed=0'], 1],
  ] as const)('is repeated at most as often as %j says', async (flags, sends) => {
    const { code, models } = await bought(
      Array.from({ length: 9 }, () => lost),
      ...flags,
    );
    expect([code, models.length]).toEqual([8, sends]);
  });

  it('is repeated with all that was held back because of it', async () => {
    const { steps, code } = await bought([aPicture(), lost], '-n', '4', '--retry-unconfirmed');
    expect(steps).toEqual([
      [LITE, 'first', 4, 1],
      [LITE, 'unconfirmed', 3, 3],
    ]);
    expect(code).toBe(0);
  });

  it('counts as spent against --max-cost', async () => {
    const { code, models, document } = await bought([lost], '--retry-unconfirmed', '--max-cost', '0.06');
    expect([code, models]).toEqual([8, [LITE]]);
    expect(document.warnings.join()).toMatch(/not asked again: --max-cost/);
  });

  it('stays the outcome when the repeat brings nothing either: exit 10 would say that nothing was charged', async () => {
    const { code, document } = await bought([lost, failure('unavailable')], '--retry-unconfirmed');
    expect([code, document.cost.charged]).toEqual([8, 'unknown']);
    expect(document.steps.map(({ outcome }) => outcome)).toEqual(['unconfirmed', 'unavailable']);
  });

  it('goes on to another model once the repeat was refused', async () => {
    const { code, steps } = await bought(
      [lost, refusalAnswer()],
      '--retry-unconfirmed',
      '--fallback',
      'nano-banana-pro',
    );
    expect(steps.map(([model, why]) => [model, why])).toEqual([
      [LITE, 'first'],
      [LITE, 'unconfirmed'],
      [PRO, 'fallback'],
    ]);
    expect(code).toBe(0);
  });

  it('is not repeated once the user cancelled', async () => {
    const made = world({
      script: [
        async () => {
          made.stop.abort();
          return lost;
        },
      ],
    });
    const ran = await made.pixtab('a cat', '--retry-unconfirmed');
    expect([ran.code, made.api.sent.length]).toEqual([8, 1]);
    expect(ran.stderr).toMatch(/Cancelled, so nothing more is tried/);
  });

  it('does not take the prompt for a number', async () => {
    const { pixtab, api } = world();
    const ran = await pixtab('--retry-unconfirmed', 'a cat');
    expect([ran.code, api.sent]).toEqual([2, []]);
    expect(ran.stderr).toMatch(/must be a number; write the prompt before it/);
  });
});

describe('another model', () => {
  it.each<readonly [string, readonly (object | Failure)[]]>([
    ['a refusal by its own taste', [refusalAnswer('IMAGE_SAFETY')]],
    ['a refusal by chance, twice', [chance(), chance()]],
    ['a prompt that Imagen refuses', [failure('refused', 'no')]],
    ['an outage', [failure('unavailable')]],
    ['a rate limit', [failure('rate-limited')]],
    ['a model that is gone', [failure('unavailable-model')]],
  ])('is asked after %s', async (_, script) => {
    const { code, document, models } = await bought(script, '--fallback', 'nano-banana-pro');
    expect(models).toEqual([...script.map(() => LITE), PRO]);
    expect([code, document.outcome, document.model]).toEqual([0, 'ok', PRO]);
    expect(document.steps.at(-1)).toMatchObject({ why: 'fallback', delivered: 1, error: null });
    expect(document.warnings.join()).toMatch(/Nano Banana Pro \(gemini-3-pro-image\) is asked for 1 image/);
    expect(document.warnings.join()).toMatch(/Nano Banana Pro may bill interim pictures/);
  });

  it.each<readonly [string, number, object | Failure]>([
    ['usage', 2, failure('usage')],
    ['auth', 3, failure('auth')],
    ['an outcome nobody knows', 8, lost],
    ['a cancelled request', 130, failure('cancelled')],
    ['a disk', 11, failure('disk')],
    ['a bug', 1, failure('bug')],
    ['prohibited content', 5, refusalAnswer('PROHIBITED_CONTENT')],
    ['a blocked prompt', 5, blocked],
  ])('is not asked after %s', async (_, exitCode, answer) => {
    const { code, models } = await bought([answer], '--fallback', 'nano-banana-pro,nano-banana-2.1');
    expect([code, models]).toEqual([exitCode, [LITE]]);
  });

  it('is not asked when a picture could not be put on disk', async () => {
    const put = async () => Promise.reject(new Failure('disk', 'No space left on device.'));
    const { api, pixtab } = world({ deps: { pictureFiles: async () => ({ ...world().pictureFiles, put }) } });
    expect((await pixtab('a cat', '--fallback', 'nano-banana-pro')).code).toBe(11);
    expect(api.sent).toHaveLength(1);
  });

  it('is not asked when the books are in trouble, although the picture is on disk', async () => {
    const { api, journal, pixtab } = world({ script: [aPicture(), refusalAnswer()] });
    journal.failOnce();
    const ran = await pixtab('a cat', '-n', '2', '--concurrency', '2', '--fallback', 'nano-banana-pro');
    expect([ran.code, ran.stdout.split('\n').length, api.sent.length]).toEqual([11, 1, 2]);
  });

  it('is asked in the order that was given, only for what is missing', async () => {
    const { code, document, steps } = await bought(
      [aPicture(), refusalAnswer(), refusalAnswer(), refusalAnswer(), aPicture(), aPicture()],
      '-n',
      '3',
      '-o',
      'cat-{n}',
      '--fallback',
      'nano-banana-2.1, nano-banana-pro',
    );
    expect(steps).toEqual([
      [LITE, 'first', 3, 1],
      [BANANA, 'fallback', 2, 1],
      [PRO, 'fallback', 1, 1],
    ]);
    expect(code).toBe(0);
    expect(document.images.map(({ path }) => path)).toEqual(['cat-1.jpg', 'cat-2.jpg', 'cat-3.jpg']);
    expect(total(document.steps.map(({ cost }) => cost))).toBe(usd(document.cost.amount));
    expect(total(document.cost.lines)).toBe(usd(document.cost.amount));
  });

  it.each([
    ['cannot do the order', ['-s', '2K'], 'nano-banana-lite', /lite is not asked: .*2K/],
    ['is gone', [], 'imagen-4', /imagen-4 is not asked: Imagen 4 was shut down/],
    [
      'was asked before',
      ['-m', BANANA],
      'nano-banana-2.1',
      /2\.1 is not asked: gemini-nano-banana-2\.1 was asked/,
    ],
    ['costs too much', ['--max-cost', '0.09'], 'nano-banana-pro', /pro is not asked: --max-cost \$0\.09 has/],
  ])('is passed over when it %s, and the next one is asked', async (_, flags, passed, says) => {
    const { code, models, document, stderr } = await bought(
      [refusalAnswer()],
      ...flags,
      '--fallback',
      `${passed},nano-banana-2`,
    );
    expect([code, models.length, models[1]]).toEqual([0, 2, 'gemini-3.1-flash-image']);
    expect(document.warnings.join('\n')).toMatch(says);
    expect(stderr).toMatch(says);
  });

  it('does not make a refusal look free: it stays the outcome when the other model is out', async () => {
    const { code, document } = await bought(
      [refusalAnswer(), failure('unavailable')],
      '--fallback',
      'nano-banana-pro',
    );
    expect([code, document.outcome, document.model]).toEqual([5, 'refused', LITE]);
  });

  it('is partial when some pictures never come', async () => {
    const { code, document } = await bought(
      [aPicture(), refusalAnswer(), refusalAnswer()],
      '-n',
      '2',
      '--fallback',
      'nano-banana-pro',
    );
    expect([code, document.outcome, document.images.length]).toEqual([6, 'partial', 1]);
  });

  it('is asked first when the named one is no more', async () => {
    const { code, document, steps } = await bought(
      [],
      '-m',
      'imagen-4',
      '--fallback',
      'imagen-4-fast,nano-banana-pro',
    );
    expect([code, document.model]).toEqual([0, PRO]);
    expect(steps).toEqual([[PRO, 'fallback', 1, 1]]);
    expect(document.warnings.join('\n')).toMatch(/Imagen 4 was shut down.*\n.*imagen-4-fast is not asked/);
  });

  it('is a usage error before anything is sent when there is none of that name', async () => {
    const { pixtab, api } = world();
    const ran = await pixtab('a cat', '--fallback', 'nano-banana-prro');
    expect([ran.code, api.sent]).toEqual([2, []]);
    expect(ran.stderr).toMatch(/--fallback: .*nano-banana-prro/);
  });

  it('names its own files where the name says the model, and overwrites nothing', async () => {
    const script = [refusalAnswer(), candidate([imagePart(fakePicture('png', 1024, 1024), 'image/png')])];
    const named = await bought(script, '-o', '{model}', '--fallback', 'nano-banana');
    expect(named.document.images).toEqual([
      expect.objectContaining({ path: 'gemini-2.5-flash-image.png', mimeType: 'image/png' }),
    ]);

    const made = world({ script });
    await made.pictureFiles.put('cat.png', fakePicture('png', 1, 1, 'mine'), { replace: false });
    const ran = await made.pixtab('a cat', '-o', 'cat', '--fallback', 'nano-banana');
    expect([ran.code, made.api.sent.length]).toEqual([5, 1]);
    expect(ran.stderr).toMatch(/nano-banana is not asked: -o: cat\.png exists/);
    expect(Buffer.from(await made.pictureFiles.read('cat.png')).toString('latin1')).toContain('mine');
  });

  it('keeps the file name that was asked for, whatever the model sends', async () => {
    const script = [refusalAnswer(), candidate([imagePart(fakePicture('png', 1024, 1024), 'image/png')])];
    const { document } = await bought(script, '-o', 'cat.jpg', '--fallback', 'nano-banana');
    expect(document.images).toEqual([expect.objectContaining({ path: 'cat.jpg', mimeType: 'image/jpeg' })]);
  });
});

describe('what people read', () => {
  it('is one line a step, and what each cost', async () => {
    const { pixtab } = world({ script: [refusalAnswer()] });
    const ran = await pixtab('a cat', '-o', 'cat.jpg', '--fallback', 'nano-banana-pro');
    expect(ran.stdout).toBe('cat.jpg');
    expect(ran.stderr).toMatch(
      /^step {3}Nano Banana Pro \(gemini-3-pro-image\) is asked for 1 image, at most \$0\.\d+\. Nano Banana 2 Lite: .*IMAGE_SAFETY/m,
    );
    expect(ran.stderr).toMatch(
      /^ {7}\$0\.\d+ for 0 of 1 image from Nano Banana 2 Lite\n {7}\$0\.\d+ for 1 of 1 image from Nano Banana Pro$/m,
    );
  });

  it('counts what an earlier step may have cost in the line of that step', async () => {
    const { pixtab } = world({ script: [lost] });
    const { stderr } = await pixtab('a cat', '--retry-unconfirmed');
    expect(stderr).toMatch(/\$0\.0342 more may have been charged/);
    expect(stderr).toMatch(/^ {7}\$0\.0342 for 0 of 1 image from Nano Banana 2 Lite$/m);
  });

  it('says no more than before when all went well', async () => {
    const { pixtab } = world();
    expect((await pixtab('a cat', '--fallback', 'nano-banana-pro')).stderr).not.toMatch(/step|of 1 image/);
  });
});

describe('the books', () => {
  it('hold each step anew, all of it or nothing, and end the run as it ended', async () => {
    const { store } = await bought(
      [refusalAnswer(), refusalAnswer()],
      '-n',
      '2',
      '--fallback',
      'nano-banana-pro',
    );
    expect([...store.attempts.values()].map(({ plan, state }) => [plan.model, state])).toEqual([
      [LITE, 'saved'],
      [LITE, 'saved'],
      [PRO, 'saved'],
      [PRO, 'saved'],
    ]);
    expect([...store.runs.values()].map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it('report what was bought although they break between two steps', async () => {
    const { deps } = world();
    const { ledger, journal } = await deps.books({ sandbox: false });
    let holds = 0;
    const hold: typeof ledger.hold = async (plans) => {
      if ((holds += 1) > 1) throw new TypeError('the ledger broke');
      return ledger.hold(plans);
    };
    const { pixtab } = world({
      script: [aPicture(), refusalAnswer()],
      deps: { books: async () => ({ ledger: { ...ledger, hold }, journal }) },
    });
    const ran = await pixtab(
      'a cat',
      '-n',
      '2',
      '--concurrency',
      '1',
      '--json',
      '--fallback',
      'nano-banana-pro',
    );
    const document = JSON.parse(ran.stdout) as Document;
    expect([ran.code, document.images.length]).toEqual([6, 1]);
    expect(document.warnings.join()).toMatch(/not asked: Unexpected: .*the ledger broke/);
  });
});
