import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

const TODAY = ['--at', '2026-11-22'];
const prices = (...argv: readonly string[]) => world().pixtab('prices', ...argv);

describe('prices why', () => {
  it('shows the arithmetic line by line, with sources', async () => {
    const { code, stdout } = await prices('why', 'nano-banana-2.1', '--size', '4K', ...TODAY);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Nano Banana 2.1 (gemini-nano-banana-2.1), one image at 4K, lane now, on 2026-11-22',
    );
    expect(stdout).toContain('image output: 3,780 x $30.00 / 1,000,000 = $0.1134');
    expect(stdout).toContain(
      'price of google: https://ai.google.dev/gemini-api/docs/pricing, checked 2026-10-09, confidence high',
    );
    expect(stdout).toContain('total: $0.1164, from $0.1134 to $0.124');
  });

  it.each([
    ['2K', /image output: .*\n.*\n.*\n.*confidence medium: .*2K and 4K are not printed/],
    ['1K', /image output: .*\n.*\n.*\n.*confidence high: \$0\.0168 an image is printed/],
    ['1K', /text output: .*\n.*\n.*\n.*confidence medium: Google does not say at which rate/],
  ])('trusts no more than what was printed: batch at %s', async (size, expected) => {
    expect((await prices('why', 'nano-banana-2.1', '--lane', 'batch', '-s', size, ...TODAY)).stdout).toMatch(
      expected,
    );
  });

  it('holds for Nano Banana 2 what an invoice came to', async () => {
    const { stdout } = await prices('why', 'nano-banana-2', ...TODAY);
    const high = /^total: .* to \$(0\.\d+)$/m.exec(stdout)?.[1];
    expect(Number(high)).toBeGreaterThanOrEqual(0.08);
    expect(stdout).toContain('an invoice of April 2026');
  });

  it('shows what is said and cannot be bought, beside the price', async () => {
    const { stdout } = await prices('why', 'imagen-4-fast', '--at', '2026-03-15');
    expect(stdout).toContain('image: 1 x $0.02 / 1 = $0.02');
    expect(stdout).toContain('claim: Imagen 4 costs half in batch');
    expect(stdout).toContain('but Imagen never had a batch lane');
  });

  it.each([
    [['imagen-4-fast', '--lane', 'batch'], 'no known price in lane batch', 'Imagen never had a batch lane'],
    [['imagen-4-ultra', '-s', '4K'], 'Imagen 4 Ultra makes 1K, 2K, not 4K.', 'Imagen drew 1K and 2K alone'],
  ])('of %j refuses with the claim and why it cannot be bought', async (argv, message, reason) => {
    const { code, stdout, stderr } = await prices('why', ...argv, ...TODAY);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('https://github.com/google-gemini/cookbook');
    const json = JSON.parse((await prices('why', ...argv, ...TODAY, '--json')).stdout);
    expect(json.error.hint).toContain(reason);
  });

  it('answers in JSON', async () => {
    const { stdout } = await prices('why', 'nano-banana-pro', '--lane', 'batch', '--json', ...TODAY);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pixtab.catalogue/1',
      why: { model: 'gemini-3-pro-image', lane: 'batch', quote: { low: '0.067202' } },
      error: null,
    });
  });
});

describe('prices diff', () => {
  it('lists what became different', async () => {
    const { stdout } = await prices('diff', '2026-08-16', '2026-08-17');
    expect(
      stdout
        .split('\n')
        .slice(1)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['imagen-4-fast', 'status', 'deprecated', 'retired'],
      ['imagen-4', 'status', 'deprecated', 'retired'],
      ['imagen-4-ultra', 'status', 'deprecated', 'retired'],
    ]);
  });

  it('takes the day on which a price was read for no day on which it changed', async () => {
    const { stdout } = await prices('diff', '2026-03-31', '2026-04-01', '--json');
    expect(JSON.parse(stdout).changes.rows).toEqual([]);
  });

  it('has amounts as decimal dollars in JSON, and null for what was not sold', async () => {
    const { stdout } = await prices('diff', '2026-10-05', '2026-10-06', '--json');
    expect(JSON.parse(stdout).changes.rows).toContainEqual({
      kind: 'price',
      model: 'gemini-nano-banana-2.1',
      lane: 'now',
      meter: 'image output',
      size: null,
      before: null,
      after: '30',
      per: 1_000_000,
    });
  });
});

const against = (file: string, ...argv: readonly string[]) =>
  world({ deps: { readText: async () => file } }).pixtab(
    'prices',
    'check',
    '--against',
    'map.json',
    ...argv,
    ...TODAY,
  );

describe('prices check', () => {
  const map = JSON.stringify({
    'gemini/gemini-3.1-flash-lite-image': {
      litellm_provider: 'gemini',
      input_cost_per_token: 2.5e-7,
      output_cost_per_token: 1.5e-6,
      output_cost_per_image_token: 1.5e-6,
    },
  });

  it('lists each disagreement, what is not said, and the models that are missing', async () => {
    const { code, stdout, stderr } = await against(map);
    expect(code).toBe(12);
    expect(stdout).toMatch(/nano-banana-2-lite +now +image output +\$30\.00 +\$1\.50/);
    expect(stdout).not.toContain('batch');
    expect((await against(map, '-v')).stderr).toContain(
      'not said there: gemini-3.1-flash-lite-image, lane batch, image output',
    );
    expect((await against(map, '--csv')).stdout).toContain(
      'gemini-3.1-flash-lite-image,now,image output,30,1.5',
    );
    expect(stderr).toContain('gemini-nano-banana-2.1 is not in map.json.');
    expect(stderr).toContain('4 of 5 prices agree; 5 more are not said there.');
    expect(stderr).toContain('not compared, because map.json has no such price: search.');
    expect(JSON.parse((await against(map, '--json')).stdout).comparison.uncompared).toEqual(['search']);
  });

  it('answers in JSON', async () => {
    const { format, findings } = JSON.parse((await against(map, '--json')).stdout).comparison;
    expect(format).toBe('litellm');
    expect(findings).toContainEqual({
      model: 'gemini-3.1-flash-lite-image',
      lane: 'now',
      meter: 'image output',
      size: null,
      verdict: 'differs',
      ours: '30',
      theirs: '1.5',
    });
  });

  it.each([
    ['{', 'map.json is no valid JSON.'],
    ['{}', "map.json is neither LiteLLM's price map nor genai-prices' data."],
  ])('refuses %s', async (file, message) => {
    const { code, stderr } = await against(file);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('prices list', () => {
  it('is every rate in force, in every layout', async () => {
    const { stdout } = await prices('list', ...TODAY);
    expect(stdout).toMatch(/nano-banana-pro +flex +image output +\$60\.00 +1,000,000 +2025-11-20/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const csv = await prices('list', '--csv', ...TODAY);
    expect(csv.stdout).toContain('gemini-3-pro-image,flex,image output,,60,1000000,token,2025-11-20');
    expect(csv.stdout).toContain('gemini-nano-banana-2.1,batch,image output,1K,15,1000000,token,2026-10-06');
    expect((await prices('diff', '2026-10-05', '2026-10-06', '--csv')).stdout).toContain(
      '"now, image output",,30',
    );
    const json = JSON.parse((await prices('list', '--json', ...TODAY)).stdout);
    const unsourced = json.rates.filter(
      ({ source, checked, platform }: Record<string, string>) => !source || !checked || platform !== 'google',
    );
    expect([json.rates.length > 50, unsourced]).toEqual([true, []]);
  });

  it('has no rate that is not yet in force', async () => {
    expect((await prices('list', '--at', '2026-03-15')).stdout).not.toContain('nano-banana-2.1');
  });
});

it.each([
  [['nonsense'], 'prices takes list, why, diff or check, not "nonsense".'],
  [['toString'], 'prices takes list'],
  [['why'], 'prices why takes one model.'],
  [['diff', '2026-03-15'], 'prices diff takes two days'],
  [['diff', '2026-03-15', 'today'], 'prices diff takes a day such as 2026-03-15, not "today".'],
  [['check'], 'prices check takes --against <file>.'],
])('refuses %j', async (argv, message) => {
  const { code, stderr } = await prices(...argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
