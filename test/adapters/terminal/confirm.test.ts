import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { confirm } from '../../../src/adapters/terminal/confirm.ts';

/** Asks somebody who types this, or closes the terminal with it. */
async function asked(typed: string, { closes = false, signal = new AbortController().signal } = {}) {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  let shown = '';
  stderr.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const answer = confirm('Buy it?', { stdin, stderr }, signal);
  stdin.write(typed);
  if (closes) stdin.end();
  return { agreed: await answer, shown };
}

it.each(['y\n', 'yes\n', 'Y\n', 'YES\r\n', '  yes  \n'])('takes %j for a yes', async (typed) => {
  expect((await asked(typed)).agreed).toBe(true);
});

it.each(['\n', 'n\n', 'no\n', 'yess\n', 'yes please\n', 'y y\n', 'true\n', '1\n'])(
  'takes %j for a no',
  async (typed) => {
    expect((await asked(typed)).agreed).toBe(false);
  },
);

it('takes the end of the input for a no, whatever was typed before it', async () => {
  expect((await asked('', { closes: true })).agreed).toBe(false);
});

it('shows the question, and that no is what it takes silence for', async () => {
  expect((await asked('n\n')).shown).toContain('Buy it? [y/N] ');
});

it('takes Ctrl-C for a no', async () => {
  const leaving = new AbortController();
  const answer = asked('', { signal: leaving.signal });
  leaving.abort();
  expect((await answer).agreed).toBe(false);
});

it('ends the line of a question that nobody answers, so that what follows begins its own', async () => {
  expect((await asked('', { closes: true })).shown).toMatch(/\[y\/N\] [^\n]*\n$/);
  expect((await asked('', { signal: AbortSignal.abort() })).shown).toMatch(/\n$/);
});
