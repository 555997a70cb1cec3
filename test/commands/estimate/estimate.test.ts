import { describe, expect, it } from 'vitest';
import type { Overlay } from '../../../src/core/catalogue/overlay.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import type { Deps } from '../../../src/ports/index.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';

const DAY = ['--at', '2026-11-22'];

const never = async (): Promise<never> => Promise.reject(new Error('this must not be reached'));

const estimate = (...argv: readonly string[]) => world().pixtab('estimate', ...argv, ...DAY);
const json = async (...argv: readonly string[]) => {
  const ran = await estimate(...argv, '--json');
  return { ...ran, document: JSON.parse(ran.stdout) };
};

describe('estimate', () => {
  it('says the price, the model and why, in a table that fits 80 columns', async () => {
    const { code, stdout } = await estimate('a lighthouse at dusk');
    expect(code).toBe(0);
    const [headline, model, , ...table] = stdout.split('\n');
    expect(headline).toBe('$0.0342 expected for 1 image, at most $0.0358');
    expect(model).toMatch(
      /Nano Banana 2 Lite \(gemini-3\.1-flash-lite-image\), 1K, lane now: the cheapest of \d live models/,
    );
    expect(table.at(-1)).toMatch(/^total +\$0\.0336 +\$0\.0342 +\$0\.0358$/);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says where a model is named', async () => {
    const lines = async function* () {
      yield ['{"prompt": "a cat", "model": "lite"}'];
    };
    const settings = { defaults: { model: 'pro' }, origins: { model: 'PIXTAB_MODEL' } };
    const { pixtab } = world({ settings, deps: { lines } });
    const reason = async (...argv: readonly string[]) =>
      /, lane now: (.*)$/m.exec((await pixtab('estimate', ...argv, ...DAY)).stdout)?.[1];
    expect(await reason('a cat')).toBe('named by PIXTAB_MODEL');
    expect(await reason('a cat', '-m', 'pro')).toBe('asked for by name');
    const { stdout } = await pixtab('estimate', '--each-line', '--prompt-file', 'lines.jsonl', ...DAY);
    expect(stdout).toContain('1 prompt; asked for by name');
  });

  it.each([
    [[], '1 job of 50 requests, about 76,050 of the 2,000,000 tokens that tier 1 may queue'],
    [['--tier', '2'], 'of the 270,000,000 tokens that tier 2 may queue'],
  ])('says with %j what the batch lane may hold', async (flags, said) => {
    const { code, stderr } = await estimate('a lighthouse', '-n', '50', '--lane', 'batch', ...flags);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(said) });
  });

  it('reaches nothing: no key, no ledger, no network, no picture', async () => {
    const deps: Partial<Deps> = {
      client: never,
      sandbox: never,
      pictures: never,
      pictureFiles: never,
      books: never,
    };
    const { code } = await world({ deps, settings: { credentials: async () => null } }).pixtab(
      'estimate',
      'a cat',
      ...DAY,
    );
    expect(code).toBe(0);
  });

  it('takes one file for each -i, so that the prompt may follow, and decodes none', async () => {
    const pictureFiles = fakePictureFiles({ 'a.png': new Uint8Array([1]), 'b.png': new Uint8Array([2]) });
    const { pixtab } = world({ deps: { pictureFiles: async () => pictureFiles, pictures: never } });
    const ran = await pixtab('estimate', '-i', 'a.png', '-i', 'b.png', 'two cats', '--json', ...DAY);
    expect(ran.code).toBe(0);
    const [quote] = JSON.parse(ran.stdout).quotes;
    expect(quote).toMatchObject({ width: null, height: null });
    expect(quote.lines).toContainEqual(expect.objectContaining({ meter: 'image input', quantity: 2240 }));
  });

  it.each([[[]], [['--each-line', '--prompt-file', 'prompts.txt']]])(
    'prices nothing for an input image that is not there: %j',
    async (argv) => {
      const prompt = argv.length === 0 ? ['a cat'] : [];
      const { code, stdout, stderr } = await estimate(...prompt, ...argv, '-i', 'nope.png');
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('nope.png')]);
    },
  );

  it('answers in JSON with the shape that scripts rely on', async () => {
    const { document } = await json('a lighthouse at dusk', '-n', '2', '-a', '16:9');
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['schema', 'at', 'quotes', 'rejected', 'error']),
    );
    expect(document).toMatchObject({ schema: 'pixtab.estimate/1', at: '2026-11-22', error: null });
    expect(document.quotes).toHaveLength(1);
    expect(document.quotes[0]).toMatchObject({
      model: 'gemini-3.1-flash-lite-image',
      lane: 'now',
      size: '1K',
      aspect: '16:9',
      width: 1376,
      height: 768,
      count: 2,
      perMegapixel: '0.032361172',
      low: '0.067201',
      expected: '0.0683965',
      high: '0.071414',
      source: { url: 'https://ai.google.dev/gemini-api/docs/pricing', checked: '2026-10-09' },
      warnings: [],
    });
    expect(document.quotes[0].lines[1]).toMatchObject({
      meter: 'image output',
      quantity: 2240,
      unit: 'token',
      rate: '30',
      per: 1_000_000,
      amount: '0.0672',
    });
    expect(document.rejected[0]).toEqual({ model: 'gemini-2.5-flash-image', why: expect.any(String) });
  });

  it('compares every model that fits, what a pixel buys, and says why not the others', async () => {
    const { stdout, stderr } = await estimate('a cat', '--compare', '-s', '2K');
    const lines = stdout.split('\n');
    const [header, ...models] = lines.map((line) => line.split(' ')[0] ?? '');
    expect(header).toBe('model');
    expect(models).toEqual(['nano-banana-2.1', 'nano-banana-2', 'nano-banana-pro']);
    expect(stdout).toMatch(/^nano-banana-2\.1 .* \$0\.0127$/m);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toContain('not    Nano Banana 2 Lite makes 1K, not 2K.');
    expect(stderr).not.toContain('not    Imagen');
    expect((await estimate('a cat', '--compare', '-v')).stderr).toContain('not    Imagen 4 was shut down');
    expect((await estimate('a cat', '--compare', '-s', '2K', '-n', '3')).stdout).toMatch(/\$0\.0127$/m);
    const { document } = await json('a cat', '--compare', '-s', '2K');
    expect(document.quotes).toHaveLength(models.length);
  });

  it('says of each compared model which larger picture costs the same', async () => {
    const same = '2K costs the same as 1K on Nano Banana Pro: -s 2K';
    expect((await estimate('a cat', '--compare')).stderr.split(same)).toHaveLength(2);
    const { document } = await json('a cat', '--compare', '-n', '3');
    const warned = document.quotes.filter(({ warnings }: { warnings: string[] }) => warnings.includes(same));
    expect(warned.map(({ model }: { model: string }) => model)).toEqual(['gemini-3-pro-image']);
    expect((await estimate('a cat', '-m', 'nano-banana-pro')).stderr.split(same)).toHaveLength(2);
  });

  it('says what the limits of a tier make of an order, in every lane', async () => {
    const now = await estimate('a cat', '-n', '30000', '--tier', '1');
    expect(now.stderr).toMatch(
      /^limit {2}tier 1: .* make it take at least 17 hours; \$250\.00 a month is not enough\.$/m,
    );
    const late = await estimate('a cat', '-n', '30000', '--tier', '1', '--lane', 'batch');
    expect(late.stderr).toMatch(/^note {3}30 jobs .*: 23 rounds through the queue, up to 23 days$/m);
    expect(late.stderr).toMatch(/^limit {2}tier 1: \$250\.00 a month is not enough\.$/m);
  });

  it('follows rules as generate does, by label, project and size', async () => {
    const rules = ['--route', 'label hero and size 4K -> nano-banana-2.1; project shop -> nano-banana-pro'];
    const modelOf = async (...args: readonly string[]) =>
      (await json('a cat', ...rules, ...args)).document.quotes[0].model;
    expect(await modelOf('--label', 'hero', '-s', '4K')).toBe('gemini-nano-banana-2.1');
    expect(await modelOf('--project', 'shop')).toBe('gemini-3-pro-image');
    expect(await modelOf()).toBe('gemini-3.1-flash-lite-image');
  });

  it('answers for an earlier day', async () => {
    const { pixtab } = world();
    const ran = await pixtab('estimate', 'a cat', '--at', '2026-03-15');
    expect(ran.stdout).toContain('$0.02 expected for 1 image');
    expect(ran.stdout).toContain('imagen-4.0-fast-generate-001');
    const unborn = await pixtab('estimate', 'a cat', '-m', 'nano-banana-2.1', '--at', '2026-03-15');
    expect([unborn.code, unborn.stderr]).toEqual([9, expect.stringContaining('did not exist on 2026-03-15')]);
  });

  it('refuses a model that was shut down, names the cheapest that can, and follows on request', async () => {
    const { code, stderr } = await estimate('a cat', '-m', 'imagen-4-fast');
    expect([code, stderr]).toEqual([9, expect.stringContaining('Nano Banana 2 Lite can do it for $0.0342')]);
    const next = await estimate('a cat', '-m', 'imagen-4-fast', '--on-retired', 'successor');
    expect([next.code, next.stderr]).toEqual([0, expect.stringContaining('instead of $0.02')]);
  });

  it('knows that what was shut down still answers in the sandbox, as generate does', async () => {
    const ran = await world({ settings: { sandbox: true } }).pixtab(
      'estimate',
      'a cat',
      '-m',
      'imagen-4-fast',
      ...DAY,
    );
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('$0.02 expected')]);
  });

  it('tells who asks for the half price of Imagen that nobody ever sold it', async () => {
    const { pixtab } = world();
    const ran = await pixtab(
      'estimate',
      'a cat',
      '-m',
      'imagen-4-fast',
      '--lane',
      'batch',
      '--at',
      '2026-03-15',
    );
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no known price in lane batch');
    expect(ran.stderr).toContain('not compatible with the Batch API');
  });

  it('shows what is said of a model beside its price, and never adds it up', async () => {
    const claim = '"Nano Banana Pro draws 2048 pixels at most" (a widely read pricing guide): it draws 4K';
    const { stderr, stdout } = await estimate('a cat', '-m', 'nano-banana-pro', '-v');
    expect(stderr).toContain(claim);
    expect(stdout).toContain('$0.1409 expected');
    // Unasked, where it is about just this order.
    expect((await estimate('a cat', '-m', 'nano-banana-pro')).stderr).not.toContain('claim');
    expect((await estimate('a cat', '-m', 'nano-banana-pro', '-s', '4K')).stderr).toContain(claim);
  });

  it('is a gate: prints, then exits 4 when it could cost more', async () => {
    const over = await estimate('a cat', '--fail-over', '0.03');
    expect([over.code, over.stderr]).toEqual([4, expect.stringContaining('--fail-over is $0.03')]);
    expect(over.stdout).toContain('expected for 1 image');
    expect((await estimate('a cat', '--fail-over', '0.0357')).code).toBe(4);
    expect((await estimate('a cat', '--fail-over', '0.03570325')).code).toBe(0);
    const { code, document } = await json('a cat', '--fail-over', '0.03');
    expect([code, document.error.kind, document.error.exitCode, document.quotes.length]).toEqual([
      4,
      'budget',
      4,
      1,
    ]);
  });

  it.each(['--fail-over', '--max-cost'])('with %s and --per-day gates a day', async (flag) => {
    const plan = ['a cat', '--per-day', '10'];
    const over = await estimate(...plan, flag, '0.35');
    expect([over.code, over.stderr]).toEqual([
      4,
      expect.stringContaining(`A day of this could cost $0.3571, and ${flag} is $0.35.`),
    ]);
    expect((await estimate(...plan, flag, '0.3570325')).code).toBe(0);
  });

  it('has the gate of generate too, and only where it is asked for', async () => {
    expect((await estimate('a cat', '--max-cost', '0.03')).code).toBe(4);
    expect((await estimate('a cat', '--max-cost', '0.03570325')).code).toBe(0);
    const { pixtab } = world({ settings: { defaults: { 'max-cost': '0.03', tier: '1' } } });
    expect((await pixtab('estimate', 'a cat', ...DAY)).code).toBe(0);
  });

  it('plans a month by lane, with the limits of an account and without a free tier', async () => {
    const { stdout, stderr } = await estimate('a lighthouse at dusk', '--per-day', '1000');
    expect(stdout).toMatch(/nano-banana-2-lite +now +\$34\.20 +\$1,025\.95/);
    expect(stdout).toMatch(/nano-banana-2-lite +batch +\$17\.10 +\$512\.97 +\$512\.97/);
    expect(stderr).toContain('tier 1: $10.00 in 10 minutes are 292 of these images');
    expect(stderr).toContain('No image model has a free API tier');
    const { document } = await json(
      'a lighthouse at dusk',
      '--per-day',
      '1000',
      '--days',
      '7',
      '--tier',
      '2',
    );
    expect(document.plans[0].limits).toMatchObject([
      { tier: 2, perTenMinutes: '50', perMonth: '2000', monthFits: true },
    ]);
    expect(document.plans[0]).toMatchObject({
      lane: 'now',
      perDay: '34.19825',
      total: '239.38775',
      saves: null,
    });
  });

  it('says how many pictures a budget buys, by model and lane, without a prompt', async () => {
    const { code, stdout } = await estimate('--budget', '20/month', '-s', '2K');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nano-banana-2\.1 +batch +2K +\$0\.02\d+ +24\.9 +748$/m);
    expect(stdout).toMatch(/^nano-banana-pro +now +2K/m);
    const { document } = await json('--budget', '1/day', '-m', 'pro');
    expect(document.affordable).toMatchObject([
      { model: 'gemini-3-pro-image', lane: 'flex', perDay: 14 },
      { lane: 'batch' },
      { lane: 'now', pictures: 7, perDay: 7 },
    ]);
  });

  it.each([
    [['--lane', 'flex'], 'Lane now costs less, $0.0342 (Nano Banana 2 Lite): leave out --lane flex.'],
    [['-s', '512'], '1K costs less than 512, $0.0342 (Nano Banana 2 Lite), and --resize is free: -s 1K.'],
    [['1920x1080', 'banner'], '--size-exact 1920x1080 asks for it'],
  ])('says of %j what would be cheaper, or right', async (argv, said) => {
    expect((await estimate('a cat', ...argv)).stderr).toContain(said);
    expect((await estimate('a cat')).stderr).not.toContain('less');
  });

  it('says that lane batch keeps to a price each that no other keeps to', async () => {
    const { code, stderr } = await estimate('a cat', '--max-price-each', '0.03');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('In lane batch one costs $0.0171 (Nano Banana 2 Lite): --lane batch.'),
    ]);
  });

  it('counts without an upper end, and judges the lane that is shown', async () => {
    const { stdout, stderr } = await estimate('a cat', '-n', '30000', '--lane', 'batch');
    expect(stdout).toContain('expected for 30,000 images');
    expect(stderr).toContain('30 jobs of 30,000 requests');
    const plan = await estimate('--per-day', '30000', '--lane', 'batch', '--tier', '1');
    expect(plan.stderr).toMatch(
      /so those of a day are \d+ rounds through the queue, up to \d+ days: more come than get through/,
    );
    expect(plan.stderr).not.toContain('1 job of 1 request');
    const day = await estimate('--per-day', '500', '--days', '1', '--tier', '1', '-m', 'pro');
    expect(day.stderr).toContain(
      '$250.00 a month is enough for 1 day; 250 requests a day, as last published, are too few.',
    );
  });

  it('never says less as "at most" than what --max-cost must allow', async () => {
    const { stdout } = await estimate('a cat');
    const [, most = ''] = /at most \$([\d.]+)/.exec(stdout) ?? [];
    expect((await estimate('a cat', '--max-cost', most)).code).toBe(0);
  });

  it('points from models that others sell to what they charge', async () => {
    expect((await estimate('a cat', '-m', 'dall-e-3')).stderr).toContain('pixtab estimate --platforms');
    expect((await estimate('--platforms')).stdout).toMatch(/^for reference only/);
  });

  it('lists other services for reference, each with its source', async () => {
    const { stdout } = await estimate('a cat', '--platforms');
    expect(stdout).toContain('for reference only');
    expect(stdout).toMatch(/DALL·E 3 and 2: shut down 2026-05-12; \$0\.04 to \$0\.12 an image\n.*\n +https:/);
    const { document } = await json('a cat', '--platforms');
    expect(document.platforms.length).toBeGreaterThan(5);
    expect(document.platforms).toContainEqual(
      expect.objectContaining({ name: 'Midjourney', perImage: { low: '0.0083', high: '0.0126' } }),
    );
  });

  it.each([
    [['--budget', '20/month', '--per-day', '10']],
    [['a cat', '--drafts', '2x2', '--platforms']],
    [['a cat', '--per-day', '10', '--markdown']],
  ])('sets tables apart by one line, and no other, with %j', async (argv) => {
    const { stdout } = await estimate(...argv);
    expect(stdout).toMatch(/\S\n\n\S/);
    expect(stdout).not.toMatch(/^\n|\n\n\n/);
  });

  it.each([
    ['--markdown', '| meter | quantity | rate | low | expected | high |'],
    ['--csv', 'meter,quantity,rate,per,unit,low,expected,high'],
  ])('prints a table with %s', async (flag, title) => {
    expect((await estimate('a cat', flag)).stdout.split('\n')[0]).toBe(title);
  });

  it.each([
    [[], /^text input,2,0\.25,1000000,token,0\.00000025,0\.0000005,0\.00000325$/m],
    [[], /^total,,,,,0\.03360025,0\.0341975,0\.03570325$/m],
    [['--compare', '-s', '4K'], /^gemini-nano-banana-2\.1,4K,1,0\.\d+,0\.\d+,0\.\d+,0\.00\d+$/m],
    [['--per-day', '1000'], /^gemini-3\.1-flash-lite-image,now,1000,30,34\.1975,1025\.925,$/m],
  ])('is plain decimals under one header with --csv %j', async (argv, row) => {
    const { stdout } = await estimate('a cat', '--csv', ...argv);
    const lines = stdout.split('\n');
    expect(stdout).toMatch(row);
    expect(stdout).not.toContain('$0');
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
  });

  it('keeps the words of other platforms in --csv', async () => {
    const { stdout } = await estimate('a cat', '--csv', '--platforms');
    expect(stdout).toMatch(/^OpenAI DALL·E 3 and 2,shut down 2026-05-12,0\.04,0\.12,/m);
    expect(stdout).toMatch(/^laozhang\.ai,resale/m);
  });

  it.each([
    [['a cat', '--days', '7'], '--days belongs to a plan'],
    [['a cat', '--csv', '--per-day', '7', '--platforms'], '--csv holds one table'],
    [['a cat', '--json', '--csv'], 'two ways to print the same'],
    [[' '], 'The prompt is empty.'],
    [
      ['a cat', '--needs', 'magic'],
      '--needs takes one of edit, commentary, search, chat, png, drafts, not "magic".',
    ],
    [['a cat', '--min-px', 'large'], '--min-px takes width and height, such as 2048x1152, not "large".'],
    [['a cat', '--fail-over', '-1'], '--fail-over takes dollars, such as 0.50, not "-1".'],
    [['a cat', '-m', 'nano-bananna-pro'], 'Did you mean nano-banana-pro?'],
    [['--each-line'], '--each-line reads the prompts from a file'],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await estimate(...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it.each([
    [['--needs', 'png'], 2, 'No live model can do this'],
    [['--needs', 'search'], 0, ''],
    [['--min-px', '2048x1152', '-a', '16:9'], 0, ''],
    [['--max-price-each', '0.034'], 2, 'above $0.034'],
  ])('asks the router with %j', async (argv, exitCode, message) => {
    const { code, stderr } = await estimate('a cat', ...argv);
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  });

  it('says in JSON too what went wrong', async () => {
    const { code, document } = await json('a cat', '-m', 'imagen-4-fast');
    expect(code).toBe(9);
    expect(document).toMatchObject({
      schema: 'pixtab.estimate/1',
      quotes: [],
      error: { kind: 'unavailable-model' },
    });
  });

  it('takes the prices of an account instead, and says where they are from', async () => {
    const overlay: Overlay = {
      cited: {
        platform: 'gateway.example',
        source: 'https://gateway.example/prices',
        checked: '2026-11-20',
        confidence: 'high',
      },
      prices: [
        {
          model: 'gemini-3-pro-image',
          lane: 'now',
          meter: 'image',
          size: null,
          price: usd('0.01'),
          from: '2026-01-01',
          until: null,
        },
      ],
    };
    const { pixtab } = world({ deps: { overlay: async () => overlay } });
    const ran = await pixtab('estimate', 'a cat', '--prices', 'gateway.json', '--json', ...DAY);
    const [quote] = JSON.parse(ran.stdout).quotes;
    expect(quote).toMatchObject({
      model: 'gemini-3-pro-image',
      expected: '0.01',
      source: { url: 'https://gateway.example/prices', platform: 'gateway.example' },
    });
  });
});

const over = (lines: readonly string[], ...argv: readonly string[]) => {
  async function* pieces(): AsyncGenerator<readonly string[]> {
    // Two pieces, as a stream would give them.
    yield lines.slice(0, 1);
    yield lines.slice(1);
  }
  return world({ deps: { lines: pieces } }).pixtab(
    'estimate',
    '--each-line',
    '--prompt-file',
    'prompts.txt',
    ...argv,
    ...DAY,
  );
};

describe('a file with a prompt a line', () => {
  it('is one sum, blank lines left out', async () => {
    const { code, stdout } = await over(['a cat', '', '  ', 'a dog', 'a bird at dawn'], '--json');
    expect(code).toBe(0);
    const [quote] = JSON.parse(stdout).quotes;
    expect(quote).toMatchObject({ model: 'gemini-3.1-flash-lite-image', count: 3 });
    expect(quote.lines[1]).toMatchObject({ meter: 'image output', quantity: 3360, amount: '0.1008' });
  });

  it('may hold objects that differ in number, size and aspect', async () => {
    const lines = [
      '{"prompt":"a cat","count":3}',
      '{"prompt":"a dog","size":"4k","aspect":"16:9"}',
      'a bird',
    ];
    const { stdout } = await over(lines);
    const rows = stdout.split('\n');
    expect(rows[1]).toMatch(/^nano-banana-2-lite +1K +4 /);
    expect(rows[2]).toMatch(/^nano-banana-2\.1 +4K +1 /);
    expect(rows[3]).toMatch(/^total +5 /);
  });

  it('may name model, lane and thinking in a line, which are honoured and gated', async () => {
    const lines = [
      '{"prompt":"y","model":"nano-banana-pro","size":"4K"}',
      '{"prompt":"y","model":"Nano-Banana-2.1","lane":"batch","thinking":"high"}',
      'y',
    ];
    const { stdout } = await over(lines, '--json');
    expect(
      JSON.parse(stdout).quotes.map(({ model, size, lane }: Record<string, string>) => [model, size, lane]),
    ).toEqual([
      ['gemini-3-pro-image', '4K', 'now'],
      ['gemini-nano-banana-2.1', '1K', 'batch'],
      ['gemini-3.1-flash-lite-image', '1K', 'now'],
    ]);
    expect(stdout).toContain('thinking at level high');
    expect((await over(lines.slice(0, 1), '--fail-over', '0.20')).code).toBe(4);
    expect((await over(lines)).stdout).toMatch(/nano-banana-2\.1 +batch +1K +1 /);
  });

  it('follows --model where a line names none, and a line may go back to auto', async () => {
    const lines = ['{"prompt":"x","model":"auto"}', 'y'];
    const { stdout } = await over(lines, '-m', 'nano-banana-pro');
    expect(stdout).toMatch(/^nano-banana-2-lite/m);
    expect(stdout).toMatch(/^nano-banana-pro/m);
  });

  it('is planned for when it asks for one kind of picture', async () => {
    expect((await over(['a cat', 'a dog'], '--per-day', '10')).code).toBe(0);
    const mixed = await over(['a cat', '{"prompt":"a dog","size":"4K"}'], '--per-day', '10');
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('one kind of picture')]);
  });

  it('counts one prompt as one', async () => {
    expect((await over(['a cat'])).stdout).toContain(' 1 prompt; ');
  });

  it.each([
    ['{"prompt":"y","sise":"4K"}', 'there is no key "sise"', 'Did you mean "size"?'],
    ['{"prompt":"y","output":"x.png"}', 'there is no key "output"', 'A line takes prompt, model, count'],
    ['{"prompt":"y","model":"nano-bananna-pro"}', 'There is no model', 'Did you mean nano-banana-pro?'],
    ['{"prompt":"y","model":7}', '"model" takes an id', ''],
    ['{"prompt":"y","lane":"slow"}', '"lane" takes one of now, flex, batch, priority', ''],
    ['{"prompt":"y","thinking":"deep"}', '"thinking" takes one of minimal, low, medium, high', ''],
    ['{"prompt":"y","model":"nano-banana-2-lite","size":"4K"}', 'Nano Banana 2 Lite makes 1K, not 4K', ''],
  ])('names the line in which it says %s', async (line, message, hint) => {
    const { code, stderr, stdout } = await over(['a cat', line, 'a dog']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`prompts.txt, line 2: ${message}`);
    expect(stderr).toContain(hint);
  });

  it('is compared by model when it asks for one kind of picture', async () => {
    const { stdout } = await over(['a cat', 'a dog'], '--compare');
    const single = await estimate('a cat', '--compare');
    const modelsIn = (table: string) => table.split('\n').map((line) => line.split(' ')[0]);
    expect(modelsIn(stdout)).toEqual(modelsIn(single.stdout));
    const mixed = await over(['a cat', '{"prompt":"a dog","size":"4K"}'], '--compare');
    expect(mixed.code).toBe(2);
  });

  it('is a gate for its sum', async () => {
    expect((await over(['a cat', 'a dog'], '--fail-over', '0.08')).code).toBe(0);
    expect((await over(['a cat', 'a dog'], '--fail-over', '0.07')).code).toBe(4);
  });

  it.each([
    [[''], 'has no prompt in it'],
    [['a cat', '{"prompt": "a dog"'], 'prompts.txt, line 2: this is no valid JSON.'],
    [['a cat', '{"size": "1K"}'], 'prompts.txt, line 2: "prompt" is missing or empty.'],
    [['{"prompt": "a dog", "count": 0}'], 'prompts.txt, line 1: "count" takes a whole number from 1 to 100.'],
    [['{"prompt": "a dog", "size": "8K"}'], 'prompts.txt, line 1: "size" takes one of 512, 1K, 2K, 4K.'],
    [['{"prompt": "a dog", "aspect": "wide"}'], 'prompts.txt, line 1: "aspect" takes width:height'],
  ])('with %j is refused: %s', async (lines, message) => {
    const { code, stderr } = await over(lines);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
