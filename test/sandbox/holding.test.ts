import { expect, it } from 'vitest';
import { asking, generatePath, LITE, running } from './support.ts';

/** What keeps this process alive. */
const holding = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^TCP(?:Server|Socket)Wrap$/.test(name)).length;

it('a sandbox keeps no process alive, and neither does who talked to it', async () => {
  const before = holding();
  await using sandbox = await running();
  expect(holding()).toBe(before);
  await (await sandbox.post(generatePath(LITE), asking('a cat'))).arrayBuffer();
  // The client lets go of its connection in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  expect(holding()).toBe(before);
});

it('one that serves others keeps its process alive', async () => {
  const before = holding();
  await using sandbox = await running({ holds: true });
  expect(holding()).toBe(before + 1);
  await sandbox.close();
});
