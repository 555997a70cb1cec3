import { readdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { promptBook } from '../../src/adapters/promptbook.ts';
import { tempDir } from '../support/tempdir.ts';

it('keeps prompts as text files, and finds them again', async () => {
  await using folder = await tempDir();
  const book = promptBook(folder.at('config', 'prompts'));
  expect(await book.names()).toEqual([]);
  expect(await book.find('product')).toBeNull();
  await book.save('product', 'a {{item}}\non a table, 灯台');
  await book.save('alpha', 'first');
  await book.save('alpha', 'second');
  expect(await book.names()).toEqual(['alpha', 'product']);
  expect(await book.find('product')).toBe('a {{item}}\non a table, 灯台');
  expect(await book.find('alpha')).toBe('second');
  expect(await readdir(folder.at('config', 'prompts'))).toEqual(['alpha.txt', 'product.txt']);
});

it('removes a prompt once', async () => {
  await using folder = await tempDir();
  const book = promptBook(folder.path);
  await book.save('product', 'a mug');
  expect([await book.remove('product'), await book.remove('product')]).toEqual([true, false]);
});

it('says what is wrong with its folder', async () => {
  await using folder = await tempDir();
  await writeFile(folder.at('file'), '');
  await expect(promptBook(folder.at('file')).save('product', 'a mug')).rejects.toThrow(
    /was not saved in .*file/,
  );
});

it('sends nobody words that somebody saved in another encoding', async () => {
  await using folder = await tempDir();
  await writeFile(folder.at('cafe.txt'), Buffer.from('caf\xe9', 'latin1'));
  await writeFile(folder.at('marked.txt'), '\uFEFFa mug\n');
  await expect(promptBook(folder.path).find('cafe')).rejects.toThrow(/cafe\.txt is no UTF-8 text/);
  expect(await promptBook(folder.path).find('marked')).toBe('a mug');
});
