import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FOREIGN_NOUNS, FOREIGN_WORDS } from '../../src/commands/shared/foreign-words.ts';
import { place } from './place.ts';

const WORDS = [...FOREIGN_WORDS.keys(), ...FOREIGN_NOUNS.keys()].map((word) => [word]);

const GESTURES = [
  ['/imagine', 'a cat'],
  ['imagine', 'a cat'],
  ['gen', 'a cat'],
  ['set', 'budget', '5'],
  ['keys', 'set', 'google'],
  ['a cat --ar 16:9 --v 6'],
  ['a cat', '--ar', '16:9'],
  ['a cat', '--seed', '7'],
  ['a cat', '--width', '1024'],
  ['a cat', '--size', '1024x1024'],
  ['a cat', '--quality', 'hd'],
  ['a cat', '--n', '4'],
  ['a cat', '--output', 'x.png'],
  ['a cat', '--api-key', 'AIza'],
  ['a cat', '-m', 'dall-e-3'],
  ['a cat', '-m', 'midjourney'],
  ['a cat', '--batch'],
  ['a cat', '-y'],
  ['@prompts.txt'],
  ['prompts.txt'],
  ['-f', 'prompts.txt'],
  ['--list-models'],
  ['history', '--limit', '3'],
  ['batch', 'submit', 'prompts.txt'],
  ['chat', 'a cat'],
];

it(
  'words and gestures of other tools buy nothing, as the meter of the API has it',
  { timeout: 120_000 },
  async () => {
    await using here = await place();
    await writeFile(join(here.dir, 'prompts.txt'), 'a cat\n');
    expect(WORDS.length).toBeGreaterThan(60);
    const codes = new Map<string, number | null>();
    for (const args of [...WORDS, ...GESTURES]) codes.set(args.join(' '), (await here.run(args)).code);
    expect([...codes].filter(([, code]) => code !== 2)).toEqual([]);
    expect(here.sandbox.meter()).toMatchObject({ charged: 0 });
  },
);
