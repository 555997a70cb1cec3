import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sessions } from '../../src/adapters/sessions.ts';
import { usd } from '../../src/core/money.ts';
import type { SessionTurn } from '../../src/ports.ts';
import { tempDir } from '../support/tempdir.ts';

const turn = (facts: Partial<SessionTurn> = {}): SessionTurn => ({
  root: 'root-1',
  model: 'gemini-3-pro-image',
  cost: usd('0.134412345'),
  at: 1_700_000_000_000,
  prompt: 'make it night, 夜',
  inputs: [{ name: 'cat.png', mimeType: 'image/png', width: 2, height: 3, bytes: Buffer.from([0, 255, 7]) }],
  answer: [
    { text: 'Here.' },
    {
      inlineData: { mimeType: 'image/jpeg', data: 'AAAA' },
      thoughtSignature: 'c2ln+/==',
      newField: { a: [1] },
    },
  ],
  pictures: 1,
  words: 'Here.',
  ...facts,
});

describe('sessions', () => {
  it('give every turn back as it was, signatures and unknown fields too, to another process', async () => {
    await using folder = await tempDir();
    await sessions(folder.at('s')).append('sky', turn());
    await sessions(folder.at('s')).append('sky', turn({ prompt: 'add a moon', inputs: [] }));
    const found = await sessions(folder.at('s')).load('sky');
    expect(found).toEqual([turn(), turn({ prompt: 'add a moon', inputs: [] })]);
  });

  it('know which one was last added to', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.at('s'));
    expect([await book.latest(), await book.load('sky')]).toEqual([null, null]);
    await book.append('sky', turn());
    await book.append('sea', turn());
    expect(await book.latest()).toBe('sea');
  });

  it('begin anew with a turn that goes on from nothing', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.path);
    await book.append('last', turn());
    await book.append('last', turn({ prompt: 'second' }));
    await book.append('last', turn({ root: 'root-2', prompt: 'other' }));
    expect((await book.load('last'))?.map(({ prompt }) => prompt)).toEqual(['other']);
    expect(await readdir(folder.at('last'))).toEqual(['0001.json']);
  });

  it('see nothing of an older session that a crash left behind', async () => {
    await using folder = await tempDir();
    const [old, book] = [sessions(folder.at('old')), sessions(folder.at('new'))];
    await old.append('last', turn());
    await old.append('last', turn({ prompt: 'second' }));
    await book.append('last', turn({ root: 'root-2', prompt: 'other' }));
    const second = await readFile(folder.at('old', 'last', '0002.json'));
    await writeFile(folder.at('new', 'last', '0002.json'), second);
    expect((await book.load('last'))?.map(({ prompt }) => prompt)).toEqual(['other']);
  });

  it('see nothing of a turn that was only half written', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.path);
    await book.append('sky', turn());
    await writeFile(folder.at('sky', '0002.json.draft.new'), '{"schema":"pixtab.tu');
    expect(await book.load('sky')).toHaveLength(1);
  });

  it('take turns back, one after the other', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.path);
    await book.append('sky', turn());
    await book.append('sky', turn({ prompt: 'second' }));
    expect(await book.undo('sky')).toBe(true);
    expect((await book.load('sky'))?.map(({ prompt }) => prompt)).toEqual(['make it night, 夜']);
    expect([await book.undo('sky'), await book.undo('sky'), await book.load('sky')]).toEqual([
      true,
      false,
      null,
    ]);
  });

  it('say which file is broken', async () => {
    await using folder = await tempDir();
    const book = sessions(folder.path);
    await book.append('sky', turn());
    await writeFile(folder.at('sky', '0001.json'), '{}');
    await expect(book.load('sky')).rejects.toThrow(/0001\.json cannot be read/);
  });
});
