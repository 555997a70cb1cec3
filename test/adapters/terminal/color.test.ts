import { describe, expect, it } from 'vitest';
import { isAnimated, isColored, styled, unstyled } from '../../../src/adapters/terminal/terminal.ts';
import type { Style } from '../../../src/ports/index.ts';

const TTY = { isTTY: true };
const PIPE = {};

describe('colour', () => {
  it.each([
    [TTY, {}, 'auto', true],
    [PIPE, {}, 'auto', false],
    [TTY, { TERM: 'xterm-256color' }, 'auto', true],
    [TTY, { TERM: 'dumb' }, 'auto', false],
    [TTY, { CI: 'true' }, 'auto', false],
    [TTY, { CI: '' }, 'auto', true],
    [TTY, { CI: 'false' }, 'auto', true],
    [TTY, { NO_COLOR: '1' }, 'auto', false],
    [TTY, { NO_COLOR: '' }, 'auto', true],
    [PIPE, { FORCE_COLOR: '1' }, 'auto', true],
    [TTY, { FORCE_COLOR: '0' }, 'auto', false],
    [TTY, { FORCE_COLOR: 'false' }, 'auto', false],
    [TTY, { FORCE_COLOR: '' }, 'auto', true],
    [PIPE, { FORCE_COLOR: '1', CI: '1' }, 'auto', true],
    [TTY, { FORCE_COLOR: '1', NO_COLOR: '1' }, 'auto', false],
    [TTY, { FORCE_COLOR: '1' }, 'never', false],
    [PIPE, { NO_COLOR: '1', CI: '1', TERM: 'dumb' }, 'always', true],
  ] as const)('on %j with %j and --color %s: %s', (stream, env, flag, colored) => {
    expect(isColored(stream, env, flag)).toBe(colored);
  });

  it.each(['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const satisfies readonly Style[])(
    '%s can be taken out again, and nothing else with it',
    (style) => {
      const foreign = '\u001B[35m[1m\u001B]0;title\u0007';
      expect(styled(style, 'text')).not.toBe('text');
      expect(unstyled(`${styled(style, 'text')}${foreign}`)).toBe(`text${foreign}`);
    },
  );
});

describe('a spinner', () => {
  it.each([
    [TTY, {}, true],
    [PIPE, {}, false],
    [PIPE, { FORCE_COLOR: '1' }, false],
    [TTY, { CI: '1' }, false],
    [TTY, { NO_COLOR: '1' }, false],
    [TTY, { TERM: 'dumb' }, false],
  ] as const)('on %j with %j makes sense: %s', (stream, env, sensible) => {
    expect(isAnimated(stream, env)).toBe(sensible);
  });
});
