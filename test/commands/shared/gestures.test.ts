import { describe, expect, it } from 'vitest';
import { meantBy } from '../../../src/commands/shared/foreign-flags.ts';
import { run } from '../../../src/cli.ts';
import { world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { fakeTerminal, type FakeTerminalWorld } from '../../support/fakes/terminal.ts';

/** One command line, as somebody types it who learned it elsewhere. */
async function typed(args: readonly string[], options: WorldOptions = {}, around: FakeTerminalWorld = {}) {
  const { deps, api, store, pictureFiles } = world(options);
  pictureFiles.files.set('cat.jpg', fakePicture('jpeg', 64, 64));
  pictureFiles.files.set(
    'pixtab.yaml',
    Buffer.from('images: [{ id: hero, prompt: x }, { id: icon, prompt: y }]'),
  );
  const terminal = fakeTerminal({}, around);
  const code = await run(args, { ...deps, terminal: () => terminal });
  const [sent = null] = api.sent;
  return { code, stdout: terminal.stdout, stderr: terminal.stderr.join('\n'), sent, all: api.sent, store };
}

describe('a flag of another tool', () => {
  it.each([
    ['--budget', '5', '--max-cost'],
    ['--seed', '7', 'No model here takes a seed'],
    ['--width', '1024', '--resize'],
    ['--aspect-ratio', '16:9', '-a 16:9'],
    ['--output-dir', 'x', '-o takes'],
    ['--num-images', '4', '-n 4'],
    ['--steps', '30', 'no such setting'],
    ['--negative-prompt', 'text', '--negative'],
    ['--api-key', 'AIza', '--api-key-file'],
    ['--dryrun', '', '--dry-run'],
    ['--overwrite', '', '--force'],
    ['--ar', '16:9', '-a 16:9'],
    ['--n', '4', '-n 4'],
    ['--no-color', '', '--color never'],
    ['--list-models', '', 'pixtab models'],
    ['--stylize', '100', 'no such setting'],
    ['-k', 'AIza', '--api-key-file'],
  ])('%s buys nothing, and is told what does the same here', async (flag, value, hint) => {
    const { code, stderr, all, store } = await typed(['a cat', flag, ...(value ? [value] : [])]);
    expect([code, all.length, store.attempts.size]).toEqual([2, 0, 0]);
    expect(stderr).toContain(`There is no flag ${flag}.`);
    expect(stderr).toContain(hint);
  });

  it('is told apart by the command: apply is looked at with plan', async () => {
    const { code, stderr, all } = await typed(['apply', '--dry-run']);
    expect([code, all.length]).toEqual([2, 0]);
    expect(stderr).toContain('pixtab plan shows what apply would do');
  });

  it.each([
    [['history', '--limit', '3'], '-n 10'],
    [['spend', '--today'], '--since today'],
    [['chat', '--continue'], '--session'],
    [['spend', 'today'], '--since today'],
    [['chat', 'cat.jpg'], 'pixtab chat -i cat.jpg'],
    [['diff', 'HEAD'], '--base'],
    [['batch', 'status'], 'pixtab batch list'],
    [['batch', 'submit', 'prompts.txt'], '--lane batch'],
    [['budget', 'show'], 'pixtab budget list'],
    [['prompt', 'use', 'cat'], '--prompt <name>'],
    [['prices', 'update'], 'npm updates it'],
    [['batch', 'cancel'], 'pixtab batch list'],
  ])('or a word is told apart by the command: %j', async (args, hint) => {
    const { code, stderr, all } = await typed(args);
    expect([code, all.length]).toEqual([2, 0]);
    expect(stderr).toContain(hint);
  });

  it('is told nothing that its command has not: chat has no -n', async () => {
    const { code, stderr } = await typed(['chat', '-n', '2']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no flag -n.\n  See pixtab chat --help.');
  });

  it('is unknown where nobody has it, and the nearest is named', async () => {
    expect(meantBy('--zebra', 'generate')).toBeNull();
    expect((await typed(['a cat', '--modle', 'x'])).stderr).toContain('--model');
  });
});

describe('a value as others write it', () => {
  it.each([
    [['-a', '16x9'], { aspect: '16:9' }],
    [['-a', '16/9'], { aspect: '16:9' }],
    [['-s', '2048', '-m', 'nano-banana-pro'], { size: '2K' }],
    [['-s', '1024px'], { size: '1K' }],
    [['-m', 'Nano Banana Pro'], { model: { id: 'gemini-3-pro-image' } }],
    [['-m', 'pro'], { model: { id: 'gemini-3-pro-image' } }],
    [['-m', 'nano_banana_2.1'], { model: { id: 'gemini-nano-banana-2.1' } }],
  ])('is understood: %j', async (flags, order) => {
    const { code, sent } = await typed(['a cat', ...flags]);
    expect(code).toBe(0);
    expect(sent).toMatchObject(order);
  });

  it.each([
    [['-s', '8K'], 'No model makes more than 4K.'],
    [['-s', '1920x1080'], '--size-exact 1920x1080'],
    [['-a', '1920x1080'], '--size-exact 1920x1080'],
    [['--max-cost', ''], 'A shell takes $5 for a variable: write 5.'],
    [['--max-cost', '-bash.50'], 'A shell takes $5 for a variable: write 5.'],
    [['--max-cost', 'bash.50'], 'A shell takes $5 for a variable: write 5.'],
    [['-m', 'pro', '-m', 'lite'], '-m is given twice'],
    [['--model=pro', '-m', 'lite'], '--fallback'],
  ])('is refused with what would be right: %j', async (flags, hint) => {
    const { code, stderr, all } = await typed(['a cat', ...flags]);
    expect([code, all.length]).toEqual([2, 0]);
    expect(stderr).toContain(hint);
  });

  it('of --max-cost that a shell has eaten to 0 refuses, and says so', async () => {
    const { code, stderr } = await typed(['a cat', '--max-cost', '0']);
    expect(code).toBe(4);
    expect(stderr).toContain('A shell takes $20 for a variable and leaves the 0.');
  });

  it.each([
    ['20 month', '20', 'month'],
    ['$20 monthly', '20', 'month'],
    ['5 a day', '5', 'day'],
    ['0.50 per run', '0.5', 'run'],
    ['20 / day', '20', 'day'],
  ])('is a budget: set %s', async (words, amount, per) => {
    const { code, stdout } = await typed(['budget', 'set', ...words.split(' '), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.join('\n'))).toMatchObject({ budgets: [{ amount, per }] });
  });

  it.each([['0/month'], ['0/day'], ['$0/run']])('is no budget that bars everything: %s', async (text) => {
    const { code, stderr } = await typed(['budget', 'set', text]);
    expect(code).toBe(2);
    expect(stderr).toContain('A shell takes $20 for a variable');
  });
});

describe('what is wrong with an order', () => {
  it.each([
    [['-o', 'cat.jpg']],
    [['-o', 'x.gif']],
    [['-o', 'x.png', '--format', 'jpeg']],
    [['-n', '2', '-o', 'x.png']],
    [['--lane', 'batch', '-o', '-']],
    [['--lane', 'batch', '--fallback', 'pro']],
    [['-o', '-', '-n', '2']],
  ])('is said before any price: %j', async (flags) => {
    const { code, stderr, all } = await typed(['a cat', ...flags]);
    expect([code, all.length]).toEqual([2, 0]);
    expect(stderr).not.toContain('price');
  });

  it('is said in one form: what a flag takes, and not what it was given', async () => {
    for (const [flags, sentence] of [
      [['-a', 'wide'], '--aspect takes width:height, such as 16:9, not "wide".'],
      [['-n', '200'], '--count takes a whole number from 1 to 100, not "200".'],
      [['--format', 'gif'], '--format takes one of keep, png, jpeg, webp, avif, not "gif".'],
      [['--lane', 'cheap'], '--lane takes one of now, flex, batch, priority, not "cheap".'],
      [['-o'], '--out needs a value: --out <path>.'],
    ] as const)
      expect((await typed(['a cat', ...flags])).stderr).toContain(`pixtab: ${sentence}\n`);
    expect((await typed(['reconcile'])).stderr).toContain('pixtab: reconcile needs <files>.\n');
  });

  it('is never a sum that does not pass when it is typed: --max-cost of the hint buys', async () => {
    const { code, stderr } = await typed(['a cat', '--max-cost', '0.01']);
    const [, most = ''] =
      /at most|Allow it with --max-cost ([\d.]+)/.exec(stderr.replaceAll('at most', '')) ?? [];
    expect([code, most.length]).toEqual([4, 6]);
    expect((await typed(['a cat', '--max-cost', most])).code).toBe(0);
  });
});

describe('what to change, without -p', () => {
  it.each([[['make it blue']], [['make', 'cat.jpg', 'blue'].slice(2)]])(
    'is the last of several: %j',
    async (words) => {
      const { code, sent } = await typed(['edit', 'cat.jpg', ...words]);
      expect(code).toBe(0);
      expect(sent).toMatchObject({ prompt: words[0], inputs: [{ name: 'cat.jpg' }] });
    },
  );

  it.each([[['cat.jpg', 'dog.png']], [['cat.jpg', 'cat.jpg']], [['cat.jpg', '-']], [['make it blue']]])(
    'is no file, nor called like one: %j',
    async (args) => {
      const { code, all } = await typed(['edit', ...args]);
      expect([code, all.length]).toEqual([2, 0]);
    },
  );
});

describe('a prompt that is piped in', () => {
  const piped = (text: string): WorldOptions => ({ deps: { readStdin: async () => text } });

  it.each([
    [[], 'a cat'],
    [['generate'], 'a cat'],
    [['-n', '1'], 'a cat'],
    [['edit', 'cat.jpg'], 'a cat'],
  ])('is bought: … | pixtab %j', async (args, prompt) => {
    const { code, sent } = await typed(args, piped('a cat\n'), { stdinIsPiped: true });
    expect(code).toBe(0);
    expect(sent).toMatchObject({ prompt });
  });

  it('is priced by estimate', async () => {
    expect((await typed(['estimate'], piped('a cat\n'), { stdinIsPiped: true })).code).toBe(0);
  });

  it('is not looked for where there is another, or a picture comes that way', async () => {
    const never = { deps: { readStdin: () => Promise.reject(new Error('read')) } };
    expect((await typed(['a cat'], never, { stdinIsPiped: true })).code).toBe(0);
    expect((await typed([''], never, { stdinIsPiped: true })).code).toBe(2);
    expect((await typed(['-i', '-'], never, { stdinIsPiped: true })).code).toBe(2);
  });

  it.each([['generate'], ['estimate']])('is a prompt a line with %s --each-line', async (command) => {
    const text = ['a cat', '# no', 'a dog'];
    const deps: WorldOptions['deps'] = {
      async *lines(path) {
        if (path === '-') yield text;
      },
    };
    const args = [command, '--each-line', '--json'];
    const { code, stdout } = await typed(args, { deps }, { stdinIsPiped: true });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.join('\n'))).toMatchObject(
      command === 'estimate'
        ? { quotes: [{ count: 2 }] }
        : { lines: [{ prompt: 'a cat' }, { prompt: 'a dog' }] },
    );
  });

  it('is nothing where the pipe is empty', async () => {
    const { code, stderr, all } = await typed([], piped('\n'), { stdinIsPiped: true });
    expect([code, all.length]).toEqual([2, 0]);
    expect(stderr).toContain('The prompt is empty.');
  });

  it('is not waited for on a terminal: pixtab alone says what it can do', async () => {
    const { code, stdout } = await typed([], {}, { stdinIsTerminal: true });
    expect(code).toBe(0);
    expect(stdout.join('\n')).toContain('Usage: pixtab');
  });
});

describe('a place', () => {
  it('is made plain before it is paid for: a folder that is left again need not exist', async () => {
    const { code, stdout } = await typed(['a cat', '-o', 'new/../hat.jpg']);
    expect([code, stdout]).toEqual([0, ['hat.jpg']]);
  });

  it('may be standard output by its other name', async () => {
    const { code, stderr } = await typed(['a cat', '-o', '/dev/stdout'], {}, { stdoutIsTerminal: true });
    expect(code).toBe(2);
    expect(stderr).toContain('-o - would write picture bytes to a terminal.');
  });
});

describe('ids of a manifest', () => {
  it.each([['plan'], ['apply']])('stand behind %s without a flag', async (command) => {
    const { code, stdout, all } = await typed([command, 'hero', '--json']);
    expect(code).toBe(0);
    const { pictures, images } = JSON.parse(stdout.join('\n'));
    expect((pictures ?? images).map(({ id }: { id: string }) => id)).toEqual(['hero']);
    expect(all).toHaveLength(command === 'plan' ? 0 : 1);
  });

  it('are no file: that is named with -f', async () => {
    const { code, stderr } = await typed(['plan', 'pixtab.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('-f pixtab.yaml');
  });
});
