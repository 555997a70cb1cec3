import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { standardInput } from '../../../src/adapters/files/standard-input.ts';
import { readStdin } from '../../../src/adapters/files/read-text.ts';
import { linesOf } from '../../../src/adapters/files/read-lines.ts';
import { readAll } from '../../../src/adapters/images/read-input.ts';
import { rejection } from '../../support/failure.ts';

const READERS = [
  ['a prompt', (stdin: AsyncIterable<Uint8Array>) => readStdin(stdin)],
  ['lines', async (stdin: AsyncIterable<Uint8Array>) => void (await linesOf('-', stdin, 'input').next())],
  ['a picture', (stdin: AsyncIterable<Uint8Array>) => readAll(stdin, 'input')],
] as const;

it.each(READERS)('is waited for until Ctrl-C, which ends it as cancelled: %s', async (_, read) => {
  const stdin = new PassThrough();
  const stop = new AbortController();
  const reading = rejection(read(standardInput(stdin, stop.signal)));
  stdin.write('half a');
  stop.abort();
  expect(await reading).toMatchObject({ kind: 'cancelled', charged: 'no' });
});

it('is read to its end where nobody interrupts', async () => {
  const stdin = new PassThrough();
  stdin.end('a cat');
  expect(await readStdin(standardInput(stdin, new AbortController().signal))).toBe('a cat');
});

it('that breaks says what broke', async () => {
  const stdin = new PassThrough();
  const reading = readStdin(standardInput(stdin, new AbortController().signal));
  stdin.destroy(new Error('EIO'));
  await expect(reading).rejects.toThrow('EIO');
});
