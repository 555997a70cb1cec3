import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

const MANIFEST = `
defaults: { style: in ink }
images:
  - { id: hero, prompt: a lighthouse }
  - { id: icon, prompt: a house, size: 2K }
`;

function planned(files: Readonly<Record<string, string>>, deps: Parameters<typeof world>[0] = {}) {
  const all = world({
    ...deps,
    deps: {
      ...deps.deps,
      client: async () => Promise.reject(new Error('plan reached for the API')),
      books: async () => Promise.reject(new Error('plan reached for the books')),
      pictures: async () => Promise.reject(new Error('plan reached for sharp')),
    },
  });
  for (const [path, text] of Object.entries(files)) all.pictureFiles.files.set(path, Buffer.from(text));
  return all;
}

describe('plan', () => {
  it('prices every picture and the total, now and in batch, and needs neither key nor network', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MANIFEST }, { settings: { credentials: async () => null } });
    const { code, stdout } = await pixtab('plan');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+ hero +\$0\.0\d+ {2}\S+ 1K$/m);
    expect(stdout).toMatch(/^\+ icon +\$0\.\d+ {2}\S+ 2K$/m);
    expect(stdout).toMatch(/^plan {3}2 to create, 0 to change, 0 to keep$/m);
    expect(stdout).toMatch(/^cost {3}\$\S+ expected for 2 pictures; from \$\S+, at most \$\S+$/m);
    expect(stdout).toMatch(/wait up to 24 h, save \$/);
  });

  it('says without a manifest what one looks like, and that is one', async () => {
    const { stderr } = await planned({}).pixtab('plan');
    const [, text = ''] = /or write one: (.*)$/m.exec(stderr) ?? [];
    const { stdout } = await planned({ 'pixtab.yaml': text }).pixtab('plan');
    expect(stdout).toMatch(/^\+ hero /m);
  });

  it('exits 12 with --detailed-exitcode while something is to do', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MANIFEST });
    expect((await pixtab('plan', '--detailed-exitcode')).code).toBe(12);
    const nothing = planned({ 'pixtab.yaml': 'images: []' });
    expect((await nothing.pixtab('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('prints one JSON document whose total is the sum of its pictures', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MANIFEST });
    const { pictures, total, error } = JSON.parse((await pixtab('plan', '--json')).stdout);
    expect(error).toBeNull();
    expect(pictures).toMatchObject([
      { id: 'hero', action: 'create', source: 'buy', size: '1K' },
      { id: 'icon', action: 'create', source: 'buy', size: '2K' },
    ]);
    const sum = pictures.reduce(
      (all: number, { quote }: { quote: { high: string } }) => all + Number(quote.high),
      0,
    );
    expect(Number(total.planned.high)).toBeCloseTo(sum, 9);
  });

  it('prints one JSON document also when it exits 4 for --fail-over', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MANIFEST });
    const { code, stdout } = await pixtab('plan', '--json', '--fail-over', '0.01');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'budget' }, total: { create: 2 } });
  });

  it('is a comment in --markdown, which begins with what it comes to', async () => {
    const { stdout } = await planned({ 'pixtab.yaml': MANIFEST }).pixtab('plan', '--markdown');
    expect(stdout).toMatch(
      /^\*\*\+2 pictures: \$\S+, at most \$\S+\*\*\n\n- plan: 2 to create.*\n- cost: \$.*\n- batch: \$/,
    );
    expect(stdout).toMatch(/^\| \+ \| `hero` \| \$0\.0\d+ \|/m);
  });

  it('keeps price and totals of 2,000 pictures within the first kilobyte of the comment', async () => {
    const rows = Array.from({ length: 2000 }, (_, n) => `p${n},picture ${n}`);
    const { stdout } = await planned({ 'pixtab.csv': ['id,prompt', ...rows].join('\n') }).pixtab(
      'plan',
      '--markdown',
    );
    const start = stdout.slice(0, 1000);
    expect(start).toMatch(/^\*\*\+2,000 pictures: \$68\.\d+, at most \$\d+/);
    expect(start).toMatch(/- cost: \$68\.\d+ expected for 2,000 pictures; from .*, at most/);
  });

  it('says in --markdown that there is nothing to buy', async () => {
    const { stdout } = await planned({ 'pixtab.yaml': 'images: []' }).pixtab('plan', '--markdown');
    expect(stdout).toBe('**nothing to buy**\n\n- plan: nothing to do: 0 pictures as wanted');
  });

  it('buys one picture that is asked for twice once', async () => {
    const twins = 'images: [{ id: a, prompt: x }, { id: b, prompt: x }]';
    const { stdout } = await planned({ 'pixtab.yaml': twins }).pixtab('plan', '--json');
    expect(JSON.parse(stdout).pictures).toMatchObject([{ source: 'buy' }, { source: 'twin', twin: 'a' }]);
  });

  it('reads includes under the defaults of who includes them', async () => {
    const { pixtab } = planned({
      'art/pixtab.yaml': 'include: icons/all.csv\ndefaults: { size: 2K, out: "made/{id}" }\nimages: []',
      'art/icons/all.csv': 'id,prompt\nhome,a house\n',
    });
    const { stdout } = await pixtab('plan', '--json', '-f', 'art/pixtab.yaml');
    expect(JSON.parse(stdout).pictures).toMatchObject([{ id: 'home', size: '2K', out: 'made/home' }]);
  });

  it.each([
    [
      'a typing error',
      'images:\n  - id: a\n    promt: x\n',
      'pixtab.yaml:3:5: there is no key "promt"; did you mean "prompt"?',
    ],
    [
      'an id twice',
      'images:\n  - {id: a, prompt: x}\n  - {id: a, prompt: y}\n',
      'pixtab.yaml:3:10: id: there are two pictures "a"',
    ],
    [
      'a file twice',
      'images:\n  - {id: a, prompt: x, out: c}\n  - {id: b, prompt: y, out: C}\n',
      'pixtab.yaml:3:29: out: C is where picture a goes',
    ],
    [
      'a place that another picture may get by its format',
      'images:\n  - {id: a, prompt: x, out: c}\n  - {id: b, prompt: y, out: c.png}\n',
      'pixtab.yaml:3:29: out: c.png is where picture a goes',
    ],
    [
      'a place outside of the project',
      'images:\n  - {id: a, prompt: x, out: d/../../c}\n',
      "pixtab.yaml:2:29: out: ../c leaves the manifest's folder",
    ],
    [
      'a place inside of git',
      'images:\n  - {id: a, prompt: x, out: .git/c}\n',
      'pixtab.yaml:2:29: out: .git/c is in a folder that is no place for pictures',
    ],
    [
      'ids that differ in case only',
      'images:\n  - {id: été, prompt: x}\n  - {id: Été, prompt: y}\n',
      'pixtab.yaml:3:5: out: images/Été is where picture été goes',
    ],
    [
      'an id in the place of an ability',
      'images:\n  - {id: a, prompt: x, needs: hero}\n',
      'pixtab.yaml:2:31: needs: it takes abilities of the model: edit, commentary, search, chat, png',
    ],
    [
      'a number in the place of a prompt',
      'images:\n  - {id: a, prompt: 12}\n',
      'pixtab.yaml:2:21: prompt: it takes text: put it in quotes',
    ],
    [
      'a missing input',
      'images:\n  - id: a\n    prompt: x\n    inputs: [no.png]\n',
      'pixtab.yaml:4:14: inputs: there is no file no.png',
    ],
    [
      'an input that is no picture',
      'images:\n  - id: a\n    prompt: x\n    inputs: [pixtab.yaml]\n',
      'pixtab.yaml:4:14: inputs: pixtab.yaml is no image.',
    ],
    ['a missing include', 'include:\n  - no.csv\n', 'pixtab.yaml:2:5: include: there is no file no.csv'],
    [
      'an include of itself',
      'include: pixtab.yaml\n',
      'pixtab.yaml:1:10: include: pixtab.yaml includes itself',
    ],
    ['an empty file', '', 'pixtab.yaml:1:1: there are no images, defaults or include'],
    [
      'an unknown model',
      'images:\n  - id: a\n    prompt: x\n    model: nano-banana-prp\n',
      'pixtab.yaml:4:12: There is no model "nano-banana-prp".',
    ],
    [
      'a size that the model lacks',
      'images:\n  - { id: a, prompt: x, model: nano-banana-2-lite, size: 4K }\n',
      'pixtab.yaml:2:5: ',
    ],
  ])('refuses %s, with its place', async (_, text, message) => {
    const { code, stdout, stderr } = await planned({ 'pixtab.yaml': text }).pixtab('plan');
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('refuses an included file that is empty, with its name', async () => {
    const files = { 'pixtab.yaml': 'include: icons.csv', 'icons.csv': '' };
    const { code, stderr } = await planned(files).pixtab('plan');
    expect([code, stderr]).toEqual([2, expect.stringContaining('icons.csv:1:1: there are no images')]);
  });

  it('says that a comment cuts a prompt short, and goes on', async () => {
    const text = 'images:\n  - id: a\n    prompt: the #1 fan\n';
    const { code, stderr } = await planned({ 'pixtab.yaml': text }).pixtab('plan');
    expect(code).toBe(0);
    expect(stderr).toContain('note   pixtab.yaml:3:16: prompt ends here, for YAML takes "#1 fan"');
  });

  it('tells all that is wrong with a manifest at once', async () => {
    const text = 'images:\n  - { id: a, promt: x }\n  - { id: b, prompt: x, size: 9K }\n  - { id: c }\n';
    const { stderr } = await planned({ 'pixtab.yaml': text }).pixtab('plan');
    for (const place of ['2:14', '3:31', '4:5']) expect(stderr).toContain(`pixtab.yaml:${place}: `);
  });

  it.each([
    [{}, /no pixtab\.yaml here/],
    [{ 'pixtab.yaml': 'images: []', 'pixtab.csv': 'id\n' }, /pixtab\.yaml and pixtab\.csv/],
  ])('wants to know which manifest: %j', async (files, message) => {
    const { code, stderr } = await planned(files).pixtab('plan');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('counts rounds and days through the queue of the batch lane, and says what else the tier allows', async () => {
    const many = `images: [${Array.from({ length: 15 }, (_, n) => `{ id: p${n}, prompt: x${n}, count: 100 }`).join()}]`;
    const { pixtab } = planned({ 'pixtab.yaml': many });
    const now = await pixtab('plan', '--tier', '1');
    expect(now.stdout).toMatch(
      /^batch .*: wait 2 rounds through the queue of tier 1, up to 2 days, save \$/m,
    );
    expect(now.stdout).toMatch(
      /^tier 1 \$10\.00 in 10 minutes make it take at least 50 minutes; \$250\.00 a month is/m,
    );
    const late = await pixtab('plan', '--lane', 'batch');
    expect(late.stdout).toMatch(
      /^lanes .*; wait 2 rounds through the queue of tier 1, up to 2 days: saves \$/m,
    );
    const { stdout } = await pixtab('plan', '--lane', 'batch', '--tier', '2', '--json');
    expect(JSON.parse(stdout).total.limits).toMatchObject({
      tier: 2,
      rounds: 1,
      monthFits: true,
      minutes: 0,
    });
  });

  const MIXED = `
route: [id icons/** -> nano-banana-2-lite]
images:
  - { id: dead, prompt: a ship, model: imagen-4 }
  - { id: dead-too, prompt: a ship, model: imagen-3 }
  - { id: old, prompt: a house, size: 512 }
  - { id: icons/home, prompt: a house }
`;

  it('shows what cannot be bought and why, prices the others, and exits 9', async () => {
    const { code, stdout, stderr } = await planned({ 'pixtab.yaml': MIXED }).pixtab('plan');
    expect(code).toBe(9);
    expect(stdout).toMatch(
      /^! dead +cannot be bought: Imagen 4 was shut down on 2026-08-17\. on-retired: successor/m,
    );
    expect(stdout).toMatch(/^! dead-too +cannot be bought: imagen-3 was shut down on 2025-11-10\./m);
    expect(stdout).toMatch(/^plan {3}2 to create, 0 to change, 0 to keep, 2 that cannot be bought$/m);
    expect(stdout).toMatch(/^cost {3}\$\S+ expected for 2 pictures/m);
    expect(stderr).toContain('dead cannot be bought: Imagen 4 was shut down on 2026-08-17. 1 other picture');
  });

  it('says of a model that ends which pictures it makes', async () => {
    const { stderr } = await planned({ 'pixtab.yaml': MIXED }).pixtab('plan');
    expect(stderr).toContain('note   old: Nano Banana 2 is deprecated since 2026-10-06');
  });

  it('has dead rows, rules and endings in its JSON', async () => {
    const { code, stdout } = await planned({ 'pixtab.yaml': MIXED }).pixtab('plan', '--json');
    expect(code).toBe(9);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'unavailable-model',
      pictures: [
        { id: 'dead', source: 'impossible', quote: null, error: { kind: 'unavailable-model', exitCode: 9 } },
        { id: 'dead-too', source: 'impossible' },
        { id: 'old', rule: null, error: null },
        { id: 'icons/home', rule: 'id icons/** -> nano-banana-2-lite', model: 'gemini-3.1-flash-lite-image' },
      ],
      total: { create: 2, impossible: 2, bought: 2 },
      warnings: [expect.stringContaining('old: Nano Banana 2')],
    });
  });

  it('buys from the successor where --on-retired says so', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MIXED });
    const { code, stdout } = await pixtab('plan', 'dead', '--on-retired', 'successor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+ dead +\$\S+ {2}nano-banana-2\.1 1K$/m);
  });

  it('refuses a rule that cannot be followed, with its place', async () => {
    const text = 'route: [id hero -> nano-banana-por]\nimages: []\n';
    const { code, stderr } = await planned({ 'pixtab.yaml': text }).pixtab('plan');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pixtab: pixtab\.yaml:1:8: route: .*Did you mean nano-banana-pro\?/m);
  });

  it('looks at chosen pictures only', async () => {
    const { pixtab } = planned({ 'pixtab.yaml': MANIFEST });
    const { pictures } = JSON.parse((await pixtab('plan', '--json', '--only', 'h*')).stdout);
    expect(pictures.map(({ id }: { id: string }) => id)).toEqual(['hero']);
    expect((await pixtab('plan', '--only', 'heroo')).stderr).toContain('Did you mean hero?');
  });
});
