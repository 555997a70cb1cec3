import { describe, expect, it } from 'vitest';
import { inToolWords } from '../../../src/commands/agent/advice.ts';
import { agentOver } from './agent.ts';

/** What a model tries, and what it is told. */
const TRIED: readonly (readonly [tool: string, args: object, said: readonly string[]])[] = [
  [
    'generate_image',
    { prompt: 'a lamp' },
    [
      'quote_id is missing. confirm_cost is missing. idempotency_key is missing.',
      'Call estimate_image first: it costs nothing, and gives quote_id and confirm_cost.',
      'Nothing was sent. Mend the call as the message says.',
    ],
  ],
  ['estimate_image', {}, ['prompt is missing.']],
  ['estimate_image', { prompt: 'a lamp', size: '1024x1024' }, ['size takes one of 512, 1K, 2K, 4K.']],
  ['estimate_image', { prompt: 'a lamp', aspect: 'wide' }, ['aspect takes width:height, such as 16:9.']],
  ['estimate_image', { prompt: 'a lamp', count: 25 }, ['count takes at most 20.']],
  ['estimate_image', { prompt: 'a lamp', quality: 'hd' }, ['There is no parameter "quality" here.']],
  [
    'estimate_image',
    { prompt: 'a lamp', name: '../x.png' },
    ['name takes a file below the folder, such as icons/lamp or icons/lamp.png; nothing is replaced.'],
  ],
  [
    'estimate_image',
    { prompt: 'a lamp', name: 'lamp.png', format: 'webp' },
    ['format webp and name lamp.png disagree.', 'Leave format out, or end name in .webp.'],
  ],
  [
    'generate_image',
    { prompt: 'bluer', images: ['photo.jpg'] },
    [expect.stringContaining('There is no parameter "images" here. Pictures go into edit_image.')],
  ],
  [
    'estimate_image',
    { prompt: 'a lamp', model: 'dall-e-3' },
    ["dall-e-3 is no model of Google's, and pixtab sells those alone."],
  ],
  ['spending', { requests: 100 }, ['requests takes at most 50.', 'It takes requests.']],
  ['spending', { requests: 'all' }, ['requests takes a whole number of the last requests; 10 without it.']],
  [
    'estimate_image',
    { prompt: 'a lamp', count: 1.5 },
    ['count takes a whole number of pictures; 1 without it.'],
  ],
  ['estimate_image', { prompt: '' }, ['prompt takes at least 1 character.']],
  [
    'estimate_image',
    { prompt: 'bluer', images: [''] },
    ['images takes pictures to change or to look at: paths in the folder of this server, or in a root.'],
  ],
  ['recover', { all: true }, ['There is no parameter "all" here.', 'It takes no parameters.']],
  [
    'estimate_image',
    { prompt: 'a lamp', name: 'lamp.gif' },
    ['name /art/lamp.gif: pixtab writes png, jpeg, webp, avif.', 'Choose one of these extensions, or none.'],
  ],
  [
    'estimate_image',
    { prompt: 'a lamp', name: '{subject}' },
    ['name: there is no {subject}.', 'There are {date} {time} {model} {slug} {n} {id}.'],
  ],
];

describe('what an agent is told', () => {
  it.each(TRIED)('by %s of %j says how to do it right', async (tool, args, said) => {
    const { text, isError, error } = await (await agentOver()).call(tool, args);
    const lines: string[] = text.split('\n');
    expect([isError, lines.slice(0, said.length)]).toEqual([true, said]);
    expect(error.hint).toMatch(/\w/);
    expect(text).not.toMatch(/Invalid|expected|pattern|(^|\s)-{1,2}\w/);
  });

  it.each([
    [
      'Nano Banana 2.1 can do it for $0.1164: -m gemini-nano-banana-2.1.',
      'Nano Banana 2.1 can do it for $0.1164: model gemini-nano-banana-2.1.',
    ],
    ['Take --lane batch, or -s 1K.', 'Take lane batch, or size 1K.'],
    ['-o: there is no {subject}.', 'name: there is no {subject}.'],
    ['-o a.gif: pixtab writes png.', 'name a.gif: pixtab writes png.'],
    ['`pixtab budget set <dollars>/total` changes it.', null],
    ['Allow it with --max-cost 1.', null],
    ['Run pixtab recover.', null],
    ['A two-step way, as of pixtab: look, then buy.', 'A two-step way, as of pixtab: look, then buy.'],
  ])('puts %j as %j', (hint, words) => {
    expect(inToolWords(hint)).toBe(words);
  });

  it('over its allowance names nobody’s command line', async () => {
    const agent = await agentOver(['--allowance', '0.01']);
    const { text, error } = await agent.call('generate_image', await agent.order({ prompt: 'a lamp' }));
    expect(error.code).toBe('over-budget');
    expect(text).not.toMatch(/pixtab|`/);
    expect(text).toMatch(/tell the person you work for/);
  });

  it('of a name that is taken comes with the price, before anything is bought', async () => {
    const agent = await agentOver();
    const { quote, warnings } = await agent.call('estimate_image', { prompt: 'a cat', name: 'photo.jpg' });
    expect(quote).not.toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/^There is something called .*photo\.jpg already/)]);
  });

  it.each([
    ['photo', 1],
    ['set', 2],
    ['set.png', 2],
  ])(
    'of a name whose file is taken comes with the price, and before it is bought: %s, %s of them',
    async (name, count) => {
      const agent = await agentOver();
      for (const path of ['/art/set-2.jpg', '/art/set-2.png'])
        await agent.pictureFiles.put(path, new Uint8Array(1), { replace: false });
      const args = { prompt: 'a cat', name, count };
      const { quote, warnings } = await agent.call('estimate_image', args);
      expect(quote).not.toBeNull();
      expect(warnings).toEqual([
        expect.stringMatching(/^There is something called .*(photo|set-2)\.\w+ already/),
      ]);
      const { error, charged } = await agent.call('generate_image', await agent.order(args));
      expect([error.code, charged]).toEqual(['name-taken', 'no']);
      expect(agent.api.sent).toHaveLength(0);
    },
  );

  it('of an order names parameters, not flags', async () => {
    const args = { prompt: 'a lamp', lane: 'flex' };
    const { warnings, text } = await (await agentOver()).call('estimate_image', args);
    expect(warnings.join(' ')).toContain('leave out lane flex');
    expect(`${warnings.join(' ')} ${text}`).not.toMatch(/(^|\s)-{1,2}[a-z]/);
  });

  it.each([true, false])('says whether it was money: in the sandbox, %s', async (sandbox) => {
    const agent = await agentOver(['--allowance', '1'], { settings: { sandbox } });
    const order = await agent.order({ prompt: 'a lamp' });
    for (const [tool, args] of [
      ['estimate_image', { prompt: 'a lamp' }],
      ['generate_image', order],
      ['spending', {}],
    ] as const) {
      const answer = await agent.call(tool, args);
      expect([answer.sandbox, answer.text.includes('no money is spent')]).toEqual([sandbox, sandbox]);
    }
    const refused = await agent.call('generate_image', {});
    expect(refused.sandbox).toBe(sandbox);
  });

  it('of sums that cannot be looked up is nothing, and never zero', async () => {
    const answer = await (await agentOver()).call('spending', { requests: 100 });
    expect(answer).toMatchObject({ settled: null, unconfirmed: null, held: null, allowances: null });
    const bought = await (await agentOver()).call('generate_image', {});
    expect(bought).toMatchObject({ cost: null, allowances: null });
  });
});
