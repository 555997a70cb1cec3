import { Command } from 'commander';
import { expect, expectTypeOf, it } from 'vitest';
import { declare, defineCommand, type FlagsOf } from '../../../src/commands/shared/flag.ts';
import { wholeNumber } from '../../../src/commands/shared/parse-flags.ts';
import { world } from '../../support/fakes/deps.ts';

const FLAGS = [
  declare('-n, --how-many <n>', 'a number', { parse: wholeNumber(1, 9), default: 1 }),
  declare('--style <style>', 'words'),
  declare('--fit <how>', 'one of two', { choices: ['cover', 'contain'] }),
  declare('--again [n]', 'a number that may be left out', { parse: wholeNumber(1, 9), preset: '2' }),
  declare('--dry-run', 'a switch'),
  declare('--no-wait', 'a switch that is on'),
] as const;

it('gives a command the flags that it declares, by the names and types of their declaration', () => {
  expectTypeOf<FlagsOf<typeof FLAGS>>().toEqualTypeOf<{
    readonly howMany: number;
    readonly style?: string;
    readonly fit?: 'cover' | 'contain';
    readonly again?: number;
    readonly dryRun?: boolean;
    readonly wait: boolean;
  }>();
});

it.each<[string, FlagsOf<typeof FLAGS>]>([
  ['', { howMany: 1, wait: true }],
  [
    '-n 3 --style ink --fit cover --again 4 --dry-run --no-wait',
    { howMany: 3, style: 'ink', fit: 'cover', again: 4, dryRun: true, wait: false },
  ],
  ['--again', { howMany: 1, again: 2, wait: true }],
])('parses %j as its types say', async (line, expected) => {
  const seen: unknown[] = [];
  const module = defineCommand({
    flags: FLAGS,
    run: async (_, flags) => seen.push(flags),
    failed: () => null,
  });
  const command = new Command();
  module.configure(command);
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  const { deps } = world();
  await module.run([], command.opts(), deps, deps.terminal({ quiet: true, verbose: false, color: 'never' }));
  expect(seen).toEqual([expected]);
});
