import { expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

it.each([
  [['edit', 'a.jpg', '--sise', '1K'], 'See pixtab edit --help.'],
  [['chat', '-n', '2'], 'See pixtab chat --help.'],
  [['spend', '--by', 'nothing'], 'See pixtab spend --help.'],
  [['a cat', '-n', '0'], 'See pixtab generate --help.'],
])('what is wrong about %j points to the help of its own command', async (argv, hint) => {
  const { code, stderr } = await world().pixtab(...argv);
  expect(code).toBe(2);
  expect(stderr.split('\n').at(-1)?.trim()).toBe(hint);
});
