import { mkdir } from 'node:fs/promises';
import { start, type Started, type StartOptions } from '../../bench/process.mjs';
import type { Clock } from '../../src/ports/index.ts';
import { tempDir } from '../support/tempdir.ts';
import { inProcess } from './in-process.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; throws when it is anything but exactly one document. */
  json<T = Record<string, unknown>>(): T;
}

export type RunOptions = Partial<Pick<StartOptions, 'bin' | 'env' | 'input'>>;

export interface OwnProcess extends RunOptions {
  /** Another clock than the system's. */
  readonly clock?: Clock;
}

/** A working directory and a home of its own for pixtab; nothing of the machine's settings leaks in. */
export interface Workplace extends AsyncDisposable {
  readonly dir: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs one command line inside this process, because a process of its own costs half a second. */
  run(args: readonly string[], options?: OwnProcess): Promise<Ran>;
  /** Starts the built binary, for what only a process shows: signals, pipes, two at once. */
  start(args: readonly string[], options?: RunOptions): Started;
  /** Starts the built binary, and waits until it is gone. */
  spawned(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

export interface WorkplaceOptions {
  /** Of every command. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another binary than the one of this source. */
  readonly bin?: string;
}

export async function workplace({ settings, bin }: WorkplaceOptions = {}): Promise<Workplace> {
  const root = await tempDir();
  const [dir, home] = [root.at('work'), root.at('home')];
  const env = { PATH: process.env['PATH'] ?? '', PIXTAB_HOME: home, ...settings };
  await mkdir(dir);
  const begin: Workplace['start'] = (args, options = {}) =>
    start(args, { cwd: dir, ...(bin !== undefined && { bin }), ...options, env: { ...env, ...options.env } });
  return {
    dir,
    home,
    env,
    run: async (args, { clock, ...options } = {}) =>
      readable(
        await inProcess(args, {
          dir,
          input: options.input ?? '',
          env: { ...env, ...options.env },
          ...(clock && { clock }),
        }),
      ),
    start: begin,
    spawned: async (args, options) => readable(await begin(args, options).ran),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

const readable = <T extends Pick<Ran, 'code' | 'stdout' | 'stderr'>>(ran: T): T & Pick<Ran, 'json'> => ({
  ...ran,
  json: <J>(): J => JSON.parse(ran.stdout) as J,
});
