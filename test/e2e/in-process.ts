import { Readable, Writable } from 'node:stream';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../../src/adapters/clock.ts';
import { thisProcess } from '../../src/adapters/ledger/owner.ts';
import { run } from '../../src/cli.ts';
import type { Clock } from '../../src/ports/index.ts';
import { wired } from '../../src/wiring.ts';

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Uint8Array;
  readonly clock?: Clock;
}

let number = 0;
/** Commands that run at this moment; they share the working folder of this process. */
const running = new Map<Promise<number>, { readonly dir: string; readonly leave: () => void }>();
const before = process.cwd();

/**
 * Runs one command line inside this process, over all that the binary has: real files, ledger, network and pictures. To the
 * ledger it is a process of its own, which is gone when the command ends.
 */
export async function inProcess(
  args: readonly string[],
  { dir, env, input, clock = systemClock() }: Setting,
): Promise<Output> {
  if ([...running.values()].some((other) => other.dir !== dir))
    throw new Error('A process has one working folder: what runs in two at once takes two.');
  const [stdout, stderr] = [kept(), kept()];
  number += 1;
  const [stop, leave] = [new AbortController(), new AbortController()];
  const deps = wired({
    version: packageJson.version,
    node: packageJson.engines.node,
    clock,
    cwd: dir,
    env,
    console: {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: stdout.stream,
      stderr: stderr.stream,
      env,
    },
    owner: { ...thisProcess(), startedAt: `command ${number}` },
    stop: stop.signal,
    leave: leave.signal,
  });
  // Paths on a command line start here.
  process.chdir(dir);
  const ended = run(args, deps);
  running.set(ended, { dir, leave: () => [stop, leave].forEach((control) => control.abort()) });
  try {
    return { code: await ended, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    running.delete(ended);
    if (running.size === 0) process.chdir(before);
  }
}

/** Ends the commands that still run, as after a test that took too long. */
export async function endAll(): Promise<void> {
  for (const { leave } of running.values()) leave();
  await Promise.allSettled(running.keys());
}

function kept(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
