import { expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakeKeys } from '../../support/fakes/keys.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';

it.each([
  [true, 'kept   key default, in /home/you/keys.json, which only you can read'],
  [false, 'kept   key default, in /home/you/keys.json'],
])('auth login says that only you can read the file where that is so: %s', async (isYoursAlone, said) => {
  const terminal = fakeTerminal({}, { stdinIsPiped: true });
  const { deps } = world({
    deps: { keys: async () => fakeKeys({ isYoursAlone }), readStdin: async () => 'AIza-given' },
  });
  const argv = ['auth', 'login', '--file', '--no-check'];
  const code = await run(argv, { ...deps, terminal: (options) => terminal.with(options) });
  expect({ code, stderr: terminal.stderr }).toMatchObject({ code: 0, stderr: [said, expect.any(String)] });
});
