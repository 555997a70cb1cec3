import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { dialogue } from '../../../src/adapters/terminal/dialogue.ts';

const talk = () => {
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, output, talk: dialogue({ input, output, complete: () => [], interrupt() {} }) };
};

it('gives the lines of a pipe one by one, then says that there are no more', async () => {
  const { input, talk: lines } = talk();
  input.end('first\nsecond\nthird');
  expect([await lines.ask('> '), await lines.ask('> ')]).toEqual(['first', 'second']);
  expect([await lines.ask('> '), await lines.ask('> '), await lines.ask('> ')]).toEqual([
    'third',
    null,
    null,
  ]);
});

it('asks nothing where nobody reads the question', async () => {
  const { input, output, talk: lines } = talk();
  const asked = lines.ask('> ');
  input.write('late\n');
  expect(await asked).toBe('late');
  expect(output.read()).toBeNull();
});

it('ends the line of a question that a terminal leaves unanswered', async () => {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
  const lines = dialogue({ input, output, complete: () => [], interrupt() {} });
  const asked = lines.ask('> ');
  lines.close();
  expect([await asked, String(output.read())]).toEqual([null, expect.stringMatching(/> [^\n]*\n$/)]);
});

it('answers who waits when it is closed', async () => {
  const { talk: lines } = talk();
  const asked = lines.ask('> ');
  lines.close();
  expect(await asked).toBeNull();
});
