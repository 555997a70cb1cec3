import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { until } from '../../../bench/process.mjs';
import { lacks } from '../../support/lacks.ts';
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

it.runIf(process.platform === 'linux')('knows that a process died although nobody asked how', async () => {
  // The shell starts one that ends with its input, and becomes one that never asks for it.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60']);
  try {
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    const stateOf = (): string =>
      / ([A-Z]) \d+ \d+ /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
    const nameOfParent = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
    await until('its parent asks for nobody', () => nameOfParent() === 'sleep');
    parent.stdin.end();
    await until('it is a zombie', () => stateOf() === 'Z');
    expect(isAlive({ pid, startedAt: 'unknown' })).toBe(false);
    expect(isAlive({ ...thisProcess(), pid })).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});

/** Its first thread ends at once, and another one goes on. */
const HALF_ENDED = `
import ctypes, threading, time
threading.Thread(target=lambda: time.sleep(60)).start()
print("there", flush=True)
ctypes.CDLL(None).pthread_exit(None)`;

it.skipIf(process.platform !== 'linux' || lacks("Python's pty"))(
  'knows that a process lives as long as one of its threads does, which may end a write',
  async () => {
    const child = spawn('python3', ['-c', HALF_ENDED]);
    const owner = { pid: child.pid ?? 0, startedAt: 'unknown' };
    try {
      await once(child.stdout, 'data');
      await until('its first thread has ended', () =>
        / Z \d+ \d+ /.test(readFileSync(`/proc/${owner.pid}/stat`, 'utf8')),
      );
      expect(isAlive(owner)).toBe(true);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(isAlive(owner)).toBe(false);
  },
);

it.runIf(process.platform === 'linux')('tells a process from an earlier one with its number', () => {
  expect(isAlive({ ...thisProcess(), startedAt: 'an earlier boot 12345' })).toBe(false);
});
