import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workplace, type Workplace } from './pixtab.ts';

type Case = readonly [what: string, args: readonly string[], code: number, says: RegExp];

const CASES: readonly Case[] = [
  ['an empty prompt', [''], 2, /prompt is empty/],
  ['a blank prompt', ['  \n '], 2, /prompt is empty/],
  ['no prompt', ['generate'], 2, /prompt is empty/],
  ['a prompt beyond the limit of the model', ['--prompt-file', 'long.txt'], 2, /prompt/i],
  ['an unknown model', ['a cat', '-m', 'nano-bananna'], 2, /nano-bananna.*\n.*nano-banana/],
  ['a size that the model lacks', ['a cat', '-m', 'nano-banana-2-lite', '-s', '4k'], 2, /4K.*1K|1K.*4K/s],
  ['a size that nothing has', ['a cat', '-s', '8K'], 2, /--size.*512, 1K, 2K, 4K/],
  ['an aspect that the model lacks', ['a cat', '-m', 'nano-banana-pro', '-a', '8:1'], 2, /16:9.*not 8:1/],
  ['an aspect that is none', ['a cat', '-a', 'wide'], 2, /--aspect.*16:9/],
  ['-n 0', ['a cat', '-n', '0'], 2, /--count.*1 to 100/],
  ['-n 1e3', ['a cat', '-n', '1e3'], 2, /--count.*1 to 100/],
  ['-n 101', ['a cat', '-n', '101'], 2, /--count.*1 to 100/],
  ['--max-cost abc', ['a cat', '--max-cost', 'abc'], 2, /--max-cost.*dollars/],
  ['--max-cost with a minus', ['a cat', '--max-cost=-1'], 2, /--max-cost.*dollars/],
  ['a price above --max-cost', ['a cat', '--max-cost', '0.01'], 4, /--max-cost is \$0\.01/],
  ['an unknown flag', ['a cat', '--sise', '1K'], 2, /--size/],
  ['a flag without its value', ['a cat', '--sandbox', '-o'], 2, /--out.*needs a value|argument missing/],
  [
    'a flag in the place of a value',
    ['a cat', '-o', '--sandbox'],
    2,
    /--out needs a value, and --sandbox is/,
  ],
  ['two pictures for one file', ['a cat', '-n', '2', '-o', 'cat.png'], 2, /\{n\}/],
  ['a folder where a file is meant', ['a cat', '-o', '{slug}.png', '--force'], 2, /a-cat\.png/],
  ['an existing file', ['a cat', '-o', 'taken.png'], 2, /taken\.png exists.*\n.*--force/],
  ['a file below a file', ['a cat', '-o', 'taken.png/cat.png'], 2, /taken\.png/],
  ['a format that disagrees with the name', ['a cat', '-o', 'cat.png', '--format', 'webp'], 2, /disagree/],
  ['a format that is none', ['a cat', '--format', 'gif'], 2, /--format/],
  ['a quality for bytes that are kept', ['a cat', '--quality', '80'], 2, /--quality/],
  ['a prompt twice', ['a cat', '--prompt-file', 'taken.png'], 2, /twice/],
  ['a prompt file that is not there', ['--prompt-file', 'nowhere.txt'], 2, /nowhere\.txt/],
  ['a plain http base URL', ['a cat', '--base-url', 'http://example.com'], 2, /--base-url.*https/],
  ['a base URL that is none', ['a cat', '--base-url', 'example'], 2, /--base-url/],
  ['a mistyped command', ['modles'], 2, /models/],
];

/** Runs in the sandbox unless the case says otherwise; whatever goes wrong, no picture may appear. */
async function prepared(): Promise<Workplace> {
  const place = await workplace();
  await writeFile(join(place.dir, 'taken.png'), 'mine');
  await writeFile(join(place.dir, 'long.txt'), 'lighthouse '.repeat(60_000));
  await mkdir(join(place.dir, 'a-cat.png'));
  return place;
}

describe('bad input', () => {
  it.each(CASES)('%s is one clear sentence and its exit code', async (_what, args, code, says) => {
    await using place = await prepared();
    const isSaid = args.includes('--base-url') || args.includes('--sandbox');
    const ran = await place.run([...args, ...(isSaid ? [] : ['--sandbox'])]);
    expect(ran.stderr).toMatch(says);
    expect(ran.code).toBe(code);
    expect(ran.stderr).not.toMatch(/ {4}at |node:internal/);
    expect(ran.stdout).toBe('');
    expect(await readdir(place.dir)).toEqual(['a-cat.png', 'long.txt', 'taken.png']);
  });

  it('says both ways on when there is no key', async () => {
    await using place = await prepared();
    const ran = await place.run(['a cat']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/no API key/);
    expect(ran.stderr).toMatch(/GEMINI_API_KEY.*--sandbox/);
  });

  it('refuses a retired model before anything is sent, and names the cheapest successor', async () => {
    await using place = await prepared();
    const ran = await place.run(['a cat', '-m', 'imagen-4-fast'], { env: { GEMINI_API_KEY: 'AIza-nobody' } });
    expect(ran.code).toBe(9);
    expect(ran.stderr).toMatch(/2026-08-17/);
    expect(ran.stderr).toMatch(/nano-banana|gemini-/);
  });

  it.each([
    ['with a space inside', 'AIza key'],
    ['with a newline inside', 'AIza\nkey'],
    ['with a letter that is not ASCII', 'AIzaé'],
  ])('refuses a key %s without showing it', async (_what, key) => {
    await using place = await prepared();
    const ran = await place.run(['a cat'], { env: { GEMINI_API_KEY: key } });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/GEMINI_API_KEY/);
    expect(ran.stdout + ran.stderr).not.toContain('AIza');
  });

  it.each([
    [['a cat', '-n', '0', '--json']],
    [['a cat', '-s', '9K', '--json']],
    [['a cat', '--json']],
    [['a cat', '-o', '-', '--json']],
  ])('is one JSON document with --json: %j', async (args) => {
    await using place = await prepared();
    const ran = await place.run(args);
    const { schema, error, exitCode, images } = ran.json<Record<string, { message: string }>>();
    expect(schema).toBe('pixtab.generate/1');
    expect(exitCode).toBe(ran.code);
    expect(images).toEqual([]);
    expect(error?.message).toBeTruthy();
  });

  it('never prints control characters raw', async () => {
    await using place = await prepared();
    const ran = await place.run(['\u001B[31m\u202Ecat', '-m', '\u001B[2Jx', '--sandbox']);
    expect(ran.code).toBe(2);
    // oxlint-disable-next-line no-control-regex
    expect(ran.stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });
});
