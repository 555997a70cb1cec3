import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '../support/tempdir.ts';

export const BIN = join(import.meta.dirname, '../../bin/pixtab.js');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; throws when it is anything but exactly one document. */
  json<T = Record<string, unknown>>(): T;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** A working directory and a home of its own for a built binary; nothing of the machine's settings leaks in. */
export interface Workplace extends AsyncDisposable {
  readonly bin: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

export async function workplace(bin = BIN): Promise<Workplace> {
  const root = await tempDir();
  const env = { PATH: process.env['PATH'] ?? '', PIXTAB_HOME: root.at('home') };
  const dir = root.at('work');
  await mkdir(dir);
  return {
    bin,
    dir,
    env,
    run: (args, options = {}) => ran(bin, args, dir, { ...env, ...options.env }, options.input),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

function ran(
  bin: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
  input?: string | Uint8Array,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, json: <T>(): T => JSON.parse(stdout) as T }));
    child.stdin.end(input ?? '');
  });
}
