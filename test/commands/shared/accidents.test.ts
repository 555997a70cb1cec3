import { describe, expect, it } from 'vitest';
import { FOREIGN_NOUNS, FOREIGN_WORDS } from '../../../src/commands/shared/foreign-words.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { world } from '../../support/fakes/deps.ts';

async function bought(args: readonly string[], files: Readonly<Record<string, Uint8Array>> = {}) {
  const { pixtab, api, pictureFiles, store } = world();
  for (const [path, bytes] of Object.entries(files)) pictureFiles.files.set(path, bytes);
  const { code, stdout, stderr } = await pixtab(...args);
  return { code, stdout, stderr, sent: api.sent.length, held: store.attempts.size };
}

const NOTHING = { code: 2, stdout: '', sent: 0, held: 0 };

describe('a word that other tools have as a command', () => {
  it.each([...FOREIGN_WORDS.keys(), ...FOREIGN_NOUNS.keys()])('buys nothing alone: %s', async (word) => {
    const { stderr, ...came } = await bought([word]);
    expect(came).toEqual(NOTHING);
    expect(stderr).toContain(`pixtab generate "${word}"`);
  });

  it.each([
    ['logout', 'pixtab auth logout lets it go'],
    ['logs', 'pixtab history lists what was bought'],
  ])('%s is told which command does it: %s', async (word, hint) => {
    expect((await bought([word])).stderr).toContain(hint);
  });

  it.each([
    [['gen', 'a cat']],
    [['new', 'a cat', '-n', '3']],
    [['set', 'budget', '5']],
    [['LIST']],
    [['--json', 'list']],
    [['/help']],
    [['/imagine', 'a cat']],
    [['auth', 'login']],
  ])('buys nothing with more behind it, or before it: %j', async (args) => {
    const { stderr: _, ...came } = await bought(args);
    expect({ ...came, stdout: '' }).toEqual(NOTHING);
  });

  it.each([
    [['generate', 'list']],
    [['a list of birds']],
    [['new york at night']],
    [['template', 'of', 'a', 'temple']],
    [['generate', 'a cat --ar 16:9']],
    [['a cat -- a black one']],
    [['lighthouse']],
    [['a', 'gen', 'x', 'car']],
  ])('is a prompt where that is meant: %j', async (args) => {
    expect(await bought(args)).toMatchObject({ code: 0, sent: 1 });
  });
});

describe('a file in the place of the prompt', () => {
  const files = { 'cat.jpg': fakePicture('jpeg', 64, 64), 'prompt.txt': new Uint8Array(3) };

  it.each([
    [['cat.jpg', 'make it blue'], 'pixtab edit cat.jpg -p "make it blue"'],
    [['generate', 'cat.jpg'], 'pixtab edit cat.jpg -p'],
    [['prompt.txt'], 'pixtab --prompt-file prompt.txt'],
    [['@prompt.txt'], 'pixtab --prompt-file prompt.txt'],
    [['file://cat.jpg', 'make it blue'], 'pixtab edit cat.jpg -p "make it blue"'],
  ])('buys nothing, and is told what was probably meant: %j', async (args, hint) => {
    const { stderr, ...came } = await bought(args, files);
    expect(came).toEqual(NOTHING);
    expect(stderr).toContain(hint);
  });

  it('is a prompt where there is no such file', async () => {
    expect(await bought(['cat.jpg'])).toMatchObject({ code: 0, sent: 1 });
  });
});

describe('a flag inside of the quotes', () => {
  it.each([
    ['a cat --ar 16:9 --v 6', '-a 16:9 asks for a shape.'],
    ['a cat --no dogs', '--negative says what it must not show.'],
    ['--wierd a cat', 'Flags stand outside of the quotes.'],
  ])('buys nothing, and is told what does the same: %s', async (prompt, hint) => {
    const { stderr, ...came } = await bought(prompt.startsWith('-') ? ['--', prompt] : [prompt]);
    expect(came).toEqual(NOTHING);
    expect(stderr).toContain(hint);
    const before = prompt.startsWith('-') ? '-- ' : '';
    expect(stderr).toContain(`pixtab generate ${before}${JSON.stringify(prompt)}`);
  });

  it.each(['-x', '--wierd a cat'])('is a prompt where generate is told so: -- %s', async (prompt) => {
    expect(await bought(['generate', '--', prompt])).toMatchObject({ code: 0, sent: 1 });
  });

  it.each(['-x', '-n4'])('buys nothing alone, and is told how it would: -- %s', async (word) => {
    const { stderr, ...came } = await bought(['--', word]);
    expect(came).toEqual(NOTHING);
    expect(stderr).toContain(`pixtab generate -- "${word}"`);
  });
});

describe('in a chat', () => {
  it.each([['exit'], ['quit'], ['/exit'], ['QUIT'], ['help'], ['?'], ['/help'], ['/?']])(
    '%s buys nothing',
    async (line) => {
      const lines = [line, null];
      const { pixtab, api } = world({
        deps: { dialogue: async () => ({ ask: async () => lines.shift() ?? null, close() {} }) },
      });
      const { code } = await pixtab('chat');
      expect(code).toBe(0);
      expect(api.sent).toEqual([]);
    },
  );
});
