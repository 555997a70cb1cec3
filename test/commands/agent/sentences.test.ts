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
});
