import { gateBefore, type Gate } from '../../bench/gate.mjs';
import { picturesBelow, rowsOf, type Rows } from '../../bench/place.mjs';
import { systemClock } from '../../src/adapters/clock.ts';
import { painter } from '../../src/sandbox/placeholders.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { workplace, type Ran, type Workplace } from './pixtab.ts';

/** A workplace whose commands buy from a sandbox in this process, which a test holds by its controls. */
export interface Place extends Workplace {
  readonly sandbox: Sandbox;
  /** The document of a run with --json; throws unless it ends with 0. */
  json<T>(args: readonly string[]): Promise<T>;
  /** Every picture below the working directory. */
  pictures(): Promise<readonly string[]>;
  /** Rows of the sandbox's ledger, read as anybody may. */
  ledger(sql: string): Rows;
}

export type PlaceOptions = Partial<Omit<SandboxOptions, 'clock' | 'painter'>>;

export async function place(options: PlaceOptions = {}): Promise<Place> {
  const sandbox = await sandboxWith(options);
  return around(sandbox, sandbox.url, () => {});
}

/** One with a gate in front of the sandbox, where requests can be held. */
export interface GatedPlace extends Place {
  readonly gate: Gate;
}

export async function gatedPlace(options: PlaceOptions = {}): Promise<GatedPlace> {
  const sandbox = await sandboxWith(options);
  const gate = await gateBefore(sandbox.url);
  return { ...(await around(sandbox, gate.url, () => gate.close())), gate };
}

export const sandboxWith = (options: PlaceOptions): Promise<Sandbox> =>
  startSandbox({ clock: systemClock(), painter: painter(), batchMs: 0, ...options });

async function around(sandbox: Sandbox, url: string, close: () => void): Promise<Place> {
  const here = await workplace({ settings: { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: url } });
  return {
    ...here,
    sandbox,
    async json(args) {
      const ran = await here.run([...args, '--json']);
      if (ran.code !== 0) throw new Error(`pixtab ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}`);
      return ran.json();
    },
    pictures: () => picturesBelow(here.dir),
    ledger: (sql) => rowsOf(here.home, sql),
    async [Symbol.asyncDispose]() {
      close();
      await sandbox.close();
      await here[Symbol.asyncDispose]();
    },
  };
}

/** Submits a job that does not end before the command does, whatever that takes; then it ends. */
export async function submitted({ run, sandbox }: Place, args: readonly string[]): Promise<Ran> {
  sandbox.control.change({ batchMs: 3_600_000 });
  const ran = await run(args);
  sandbox.control.change({ batchMs: 0 });
  return ran;
}
