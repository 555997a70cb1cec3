import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

describe('the prompt book', () => {
  it('saves a prompt once, and fills it when it is bought', async () => {
    const { pixtab, api } = world();
    expect((await pixtab('prompt', 'save', 'product', 'a {{item}}', 'on a table')).code).toBe(0);
    const ran = await pixtab('generate', '--prompt', 'product', '--var', 'item=blue mug', '--style', 'photo');
    expect(ran.code).toBe(0);
    expect(api.sent[0]?.prompt).toBe('a blue mug on a table. Style: photo.');
    expect((await pixtab('prompt', 'save', 'product', 'other')).code).toBe(2);
    expect((await pixtab('prompt', 'save', 'product', 'other', '--force')).code).toBe(0);
    expect((await pixtab('prompt', 'show', 'product')).stdout).toBe('other');
  });

  it('lists what there is, for people and for scripts', async () => {
    const { pixtab } = world();
    expect((await pixtab('prompt', 'list')).stderr).toContain('no saved prompts');
    await pixtab('prompt', 'save', 'b', 'a {{x}} and a {{y}}');
    await pixtab('prompt', 'save', 'a', 'a cat');
    expect((await pixtab('prompt', 'list')).stdout).toMatch(/name +prompt\na +a cat\nb +a \{\{x\}\}/);
    expect(JSON.parse((await pixtab('prompt', 'list', '--json')).stdout)).toMatchObject({
      schema: 'pixtab.prompt/1',
      prompts: [
        { name: 'a', text: 'a cat', places: [] },
        { name: 'b', text: 'a {{x}} and a {{y}}', places: ['x', 'y'] },
      ],
      error: null,
    });
  });

  it('removes what is there', async () => {
    const { pixtab } = world();
    await pixtab('prompt', 'save', 'a', 'a cat');
    expect((await pixtab('prompt', 'rm', 'a')).code).toBe(0);
    expect((await pixtab('prompt', 'rm', 'a')).code).toBe(2);
  });

  it.each([
    [
      ['prompt', 'add', 'a', 'b'],
      /prompt takes save, list, show or rm, not "add"\..*\n.*Did you mean pixtab prompt save/,
    ],
    [['prompt', 'show'], /needs the name/],
    [['prompt', 'show', 'nothing'], /There is no saved prompt "nothing"/],
    [['prompt', 'show', 'prodcut'], /Did you mean product/],
    [['prompt', 'save', '../a', 'b'], /is no name/],
    [['prompt', 'save', '../a', 'b', '--force'], /is no name/],
    [['prompt', 'save', 'b'], /prompt save b needs the prompt/],
    [['generate', '--prompt', 'make it night'], /is no name/],
    [['generate', '--prompt', 'product'], /Nothing is said for \{\{item\}\}/],
    [['generate', '--prompt', 'product', 'a cat'], /twice/],
    [['a cat', '--var', 'item=mug'], /no \{\{item\}\}/],
    [['a cat', '--var', 'mug'], /--var.*item=mug/],
    [['a {{x}}', '--var', 'x=mug', '--var', 'x=cup'], /--var.*x is given twice/],
    [['-'], /--prompt-file -/],
    [['edit', 'a.jpg', '-p', '-'], /--prompt-file -/],
    [['estimate', '--each-line', '--prompt-file', 'x', '--style', 'ink'], /--style would change them/],
  ])('%j buys nothing and says why', async (args, says) => {
    const { pixtab, api } = world();
    await pixtab('prompt', 'save', 'product', 'a {{item}}');
    const ran = await pixtab(...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(api.sent).toEqual([]);
  });

  it('is estimated as it is bought', async () => {
    const { pixtab } = world();
    const flags = ['a {{x}}', '--var', 'x=lighthouse', '--negative', 'people', '--json'];
    const [estimated] = JSON.parse((await pixtab('estimate', ...flags)).stdout).quotes;
    expect(JSON.parse((await pixtab('generate', ...flags)).stdout).quote.high).toBe(estimated.high);
  });
});
