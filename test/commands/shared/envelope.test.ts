import { expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands/index.ts';
import { Failure } from '../../../src/core/errors.ts';
import { world } from '../../support/fakes/deps.ts';

const FAILURE = new Failure('usage', 'It cannot be.', { hint: 'So it can.' });

it.each(COMMANDS)('$name fails in the envelope that every document has', async ({ load }) => {
  const { failed } = await load();
  expect(failed(FAILURE, 2, true)).toMatchObject({
    schema: expect.stringMatching(/^pixtab\.[a-z]+\/\d$/),
    sandbox: expect.any(Boolean),
    outcome: 'usage',
    exitCode: 2,
    warnings: [],
    error: {
      kind: 'usage',
      exitCode: 2,
      message: 'It cannot be.',
      hint: 'So it can.',
      retryAfterSeconds: null,
    },
  });
});

it.each(
  [
    'estimate cat',
    'models',
    'prices',
    'budget',
    'spend',
    'history',
    'receipt',
    'verify',
    'recover',
    'batch',
    'prompt',
    'doctor',
    'cat',
  ].map((line) => line.split(' ')),
)('%s %s answers in the same envelope', async (...argv) => {
  const { stdout } = await world().pixtab(...argv, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    schema: expect.any(String),
    sandbox: false,
    outcome: expect.any(String),
    exitCode: expect.any(Number),
    warnings: expect.any(Array),
  });
});
