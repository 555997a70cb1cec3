import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isAlive, thisProcess } from '../../../src/adapters/ledger/owner.ts';

it('knows that this process lives', () => {
  expect(thisProcess().pid).toBe(process.pid);
  expect(isAlive(thisProcess())).toBe(true);
});

it('sees a process live and die', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const owner = { ...thisProcess(), pid: child.pid ?? 0, startedAt: 'unknown' };
  expect(isAlive(owner)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(owner)).toBe(false);
});

it.runIf(process.platform === 'linux')('tells a process from an earlier one with its number', () => {
  expect(isAlive({ ...thisProcess(), startedAt: 'an earlier boot 12345' })).toBe(false);
});
