import { describe, expect, it } from 'vitest';
import { FAILURES, Failure, isFailureKind } from '../../../src/core/errors.ts';
import { errorJson } from '../../../src/commands/shared/command.ts';
import { world } from '../../support/fakes/deps.ts';

describe('an error in JSON', () => {
  it.each(Object.keys(FAILURES))('of the kind %s has a code, a hint, and what scripts rely on', (kind) => {
    if (!isFailureKind(kind)) throw new TypeError(kind);
    const { exit, command, advice } = FAILURES[kind];
    expect(errorJson(new Failure(kind, 'What is wrong.'), { sandbox: false })).toEqual({
      kind,
      code: kind,
      exitCode: exit,
      message: 'What is wrong.',
      hint: advice,
      next: command,
      retryAfterSeconds: null,
    });
  });

  it.each([
    [['generate', 'a cat', '--bogus'], 'pixtab generate --help'],
    [['generate', 'a cat', '-s', '9K'], 'pixtab generate --help'],
    [['mcp', '--config', 'emacs'], 'pixtab mcp --help'],
    [['plan'], 'pixtab init'],
    [['receipt', 'nope'], 'pixtab history'],
    [['settle', 'nope', '--charged'], 'pixtab history --unconfirmed'],
    [['batch', 'show', 'nope'], 'pixtab batch list'],
    [['budget', 'rm', '5/day'], 'pixtab budget list'],
    [['config', 'get', 'nope'], 'pixtab config list'],
    [['session', 'rm'], 'pixtab session'],
    [['prices', 'diff'], 'pixtab prices diff 2026-03-15 2026-11-22'],
  ])('of %j names the command to run next: %s', async (args, next) => {
    const { stdout, code } = await world().pixtab(...args, '--json');
    const { error, exitCode } = JSON.parse(stdout);
    expect([error.next, exitCode]).toEqual([next, code]);
    expect([error.kind, error.code, error.message, error.hint]).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/\S/)),
    );
  });
});
