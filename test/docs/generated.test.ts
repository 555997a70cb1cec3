import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { BLOCKS, blockOf } from './blocks.ts';
import { pathOf, textOf, USER_PAGES } from './pages.ts';

const BLOCK = /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- \/generated -->)/g;

describe('what the pages say of the program (npm run docs writes it anew)', () => {
  it.each(USER_PAGES)('is true in %s', async (page) => {
    const text = await textOf(page);
    const parts: string[] = [];
    let at = 0;
    for (const block of text.matchAll(BLOCK)) {
      const [whole, open = '', name = '', close = ''] = block;
      parts.push(text.slice(at, block.index), open, await blockOf(name), '\n', close);
      at = block.index + whole.length;
    }
    await expect([...parts, text.slice(at)].join('')).toMatchFileSnapshot(pathOf(page));
  });

  it('is all there', async () => {
    const all = (await Promise.all(USER_PAGES.map(textOf))).join('\n');
    const names = [...all.matchAll(BLOCK)].map(([, , name = '']) => name.replace(/: .*/, ''));
    expect(new Set(names)).toEqual(new Set(Object.keys(BLOCKS)));
  });

  it('shows the JSON document of every command that prints one', async () => {
    const headings = [...(await textOf('docs/json.md')).matchAll(/^## pixtab (.+)$/gm)];
    const shown = headings.flatMap(([, names = '']) => names.split(', '));
    expect(shown.toSorted()).toEqual(
      COMMANDS.map(({ name }) => name)
        .filter((name) => name !== 'chat')
        .toSorted(),
    );
  });
});

it('keeps the two commands that a newcomer, and a machine, try first', async () => {
  const readme = await textOf('README.md');
  expect(readme).toContain('\nnpm ci && npx pixtab "a lighthouse at dusk" --sandbox\n');
  expect(readme).toContain('\nnpm ci && npm test\n');
});
