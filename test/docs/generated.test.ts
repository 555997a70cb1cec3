import { describe, expect, it } from 'vitest';
import { blockOf } from './blocks.ts';
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

  it('is all there: every command, exit code, setting, key of a manifest and fault', async () => {
    const all = (await Promise.all(USER_PAGES.map(textOf))).join('\n');
    const names = [...all.matchAll(BLOCK)].map(([, , name]) => name);
    for (const name of ['commands', 'help', 'exit codes', 'settings', 'manifest keys', 'faults'])
      expect(names).toContain(name);
  });
});
