import { Readable, Writable } from 'node:stream';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../../src/adapters/clock.ts';
import { thisProcess } from '../../src/adapters/ledger/owner.ts';
import { run } from '../../src/cli.ts';
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
}

let number = 0;
/** Where commands run at this moment, how many do, and where this process was before. */
let here = { dir: '', running: 0, before: '' };

/**
 * Runs one command line inside this process, over all that the binary has: real files, ledger, network and pictures. To the
 * ledger it is a process of its own, which is gone when the command ends.
 */
export async function inProcess(args: readonly string[], { dir, env, input }: Setting): Promise<Output> {
  if (here.running === 0) here = { dir, running: 0, before: process.cwd() };
  if (here.dir !== dir)
    throw new Error('A process has one working folder: what runs in two at once takes two.');
  const [stdout, stderr] = [kept(), kept()];
  number += 1;
  const never = new AbortController().signal;
  const deps = wired({
    version: packageJson.version,
    node: packageJson.engines.node,
    clock: systemClock(),
    cwd: dir,
    env,
    console: {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: stdout.stream,
      stderr: stderr.stream,
      env,
    },
    owner: { ...thisProcess(), startedAt: `command ${number}` },
    stop: never,
    leave: never,
  });
  here.running += 1;
  // Paths on a command line start here.
  process.chdir(dir);
  try {
    const code = await run(args, deps);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    here.running -= 1;
    if (here.running === 0) process.chdir(here.before);
  }
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
