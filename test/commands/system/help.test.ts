import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { errorJson } from '../../../src/commands/shared/command.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { Failure } from '../../../src/core/errors.ts';
import { world } from '../../support/fakes/deps.ts';

it.each([
  [['edit', 'a.jpg', '--sise', '1K'], 'Did you mean --size? See pixtab edit --help.'],
  [['chat', '-n', '2'], 'See pixtab chat --help.'],
  [['spend', '--by', 'nothing'], 'See pixtab spend --help.'],
  [['a cat', '-n', '0'], 'See pixtab generate --help.'],
])('what is wrong about %j points to the help of its own command', async (argv, hint) => {
  const { code, stderr } = await world().pixtab(...argv);
  expect(code).toBe(2);
  expect(stderr.split('\n').at(-1)?.trim()).toBe(hint);
});

const help = async (...argv: readonly string[]) => (await world().pixtab(...argv, '--help')).stdout;
const flagsIn = (text: string) => text.match(/^ {2}(?:-\w, )?--[\w-]+/gm) ?? [];

it.each(['generate', 'edit'])(
  '%s --help explains what is used most, and --help --all the rest',
  async (name) => {
    const brief = await help(name);
    expect(flagsIn(brief).length).toBeLessThanOrEqual(17);
    expect(brief).toContain('More, explained by --help --all:');
    expect(brief).toMatch(/^ {2}Sending: .*--retries/m);
    expect(brief).not.toContain('the longest silence of a request');
    const whole = await help(name, '--all');
    expect(whole).toContain('the longest silence of a request');
    expect(whole).not.toContain('More, explained by');
  },
);

it('explains the lanes where they are chosen, with three examples', async () => {
  const brief = await help('generate');
  expect(brief).toContain('batch costs half and takes up to a day');
  expect(brief.split('Examples:')[1]?.trim().split('\n').slice(0, 3)).toHaveLength(3);
});

it.each(COMMANDS)('$name --help has an example', async ({ name }) => {
  expect(await help(name)).toContain('Examples:');
});

it.each([['help'], ['--help']])(
  '%s --json describes every command, flag, exit code and schema',
  async (word) => {
    const { code, stdout } = await world().pixtab(word, '--json');
    const { schema, commands, exitCodes } = JSON.parse(stdout);
    expect([code, schema]).toEqual([0, 'pixtab.help/1']);
    expect(commands.map(({ name }: { name: string }) => name)).toEqual(COMMANDS.map(({ name }) => name));
    expect(commands[0]).toMatchObject({ name: 'generate', schema: 'pixtab.generate/1' });
    expect(commands[0].flags).toContainEqual({
      name: '--lane',
      short: null,
      value: 'required',
      type: 'string',
      placeholder: 'lane',
      minimum: null,
      maximum: null,
      repeatable: false,
      about: 'how it is bought',
      choices: ['now', 'flex', 'batch', 'priority'],
      default: 'now',
      group: 'usual',
    });
    expect(commands[0].examples[0]).toEqual({
      command: 'pixtab "a lighthouse at dusk" --sandbox',
      about: 'try it: no key, nothing spent',
    });
    expect(exitCodes).toContainEqual(expect.objectContaining({ code: 12, kind: 'pending' }));
  },
);

it('prints help that keeps to its published schema, with an example of every command', async () => {
  const schema = z.fromJSONSchema(JSON.parse(await readFile('schema/help.schema.json', 'utf8')));
  const document = JSON.parse((await world().pixtab('--help', '--json')).stdout);
  expect(schema.safeParse(document).error).toBeUndefined();
  expect(schema.safeParse({ ...document, commands: [{ name: 'generate' }] }).success).toBe(false);
  for (const { name, examples } of document.commands)
    expect([name, examples.length > 0]).toEqual([name, true]);
});

it('says of flags what they take, in numbers and words', async () => {
  const { commands } = JSON.parse((await world().pixtab('--help', '--json')).stdout);
  const flags = new Map(commands[0].flags.map((flag: { name: string }) => [flag.name, flag]));
  expect(flags.get('--count')).toMatchObject({ type: 'integer', minimum: 1, maximum: 100 });
  expect(flags.get('--max-cost')).toMatchObject({ type: 'dollars', placeholder: 'usd' });
  expect(flags.get('--image')).toMatchObject({ repeatable: true });
  expect(flags.get('--yes')).toMatchObject({ type: 'boolean', value: 'none' });
});

it.each([
  [['history', 'zzz'], 'pixtab history', 'usage'],
  [['-m', 'no-such-model', 'a cat'], 'pixtab models', 'usage'],
  [['generate', '--sise', '1K'], 'pixtab generate --help', 'usage'],
  [['a cat', '--max-cost', '0.001'], 'pixtab budget list', 'over-max-cost'],
])('says in the JSON of %j which command comes next: %s', async (argv, next, code) => {
  const { error } = JSON.parse((await world().pixtab(...argv, '--json')).stdout);
  expect(error).toMatchObject({ next, code, hint: expect.stringMatching(/\S/) });
});

it('names the command of the sandbox where the sandbox answered', () => {
  const failure = new Failure('budget', 'Too dear.', { hint: 'See pixtab spend.' });
  expect(errorJson(failure, { sandbox: true })).toMatchObject({
    hint: 'See pixtab spend --sandbox.',
    next: 'pixtab budget list --sandbox',
  });
  expect(errorJson(failure, { sandbox: false })).toMatchObject({
    hint: 'See pixtab spend.',
    next: 'pixtab budget list',
  });
});

it.each([[['spend', '--help', '--json']], [['help', 'spend', '--json']], [['help', '--json', 'spend']]])(
  '%j describes one command alone, which is named',
  async (argv) => {
    const { commands } = JSON.parse((await world().pixtab(...argv)).stdout);
    expect(commands.map(({ name }: { name: string }) => name)).toEqual(['spend']);
  },
);

it.each([[['help', 'nothing']], [['help', 'nothing', '--json']], [['help', '--json', 'nothing']]])(
  '%j is refused: there is no such command',
  async (argv) => {
    const { code, stdout, stderr } = await world().pixtab(...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no command nothing.')]);
    expect(stdout === '' ? null : JSON.parse(stdout).schema).toBe(
      argv.includes('--json') ? 'pixtab.error/1' : null,
    );
  },
);

it('answers --version --json in JSON', async () => {
  expect(JSON.parse((await world().pixtab('--version', '--json')).stdout)).toMatchObject({
    schema: 'pixtab.version/1',
    version: '0.0.0',
    prices: { checked: '2026-10-09', daysAgo: 44 },
    error: null,
  });
});
