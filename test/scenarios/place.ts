import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { books } from '../../src/adapters/ledger/books.ts';
import { thisProcess } from '../../src/adapters/ledger/owner.ts';
import { run } from '../../src/cli.ts';
import type { Clock, Deps } from '../../src/ports/index.ts';
import { wired } from '../../src/wiring.ts';
import { fakeTerminal } from '../support/fakes/terminal.ts';
import { inMemory, tempDir } from '../support/tempdir.ts';
import { SQLITE, type LedgerHere, type LedgerKind } from './ledgers.ts';
import { dying } from './dying.ts';

/** A home and a working folder for the real stack, inside this process. Nothing of the machine's settings leaks in. */
export interface Place extends AsyncDisposable {
  readonly home: string;
  /** Where ledger and journal are. */
  readonly state: string;
  readonly dir: string;
  readonly ledger: LedgerHere;
  /** What a process of its own needs to be at home there. */
  readonly env: Readonly<Record<string, string>>;
  /** Ctrl-C for the command that runs; the second leaves at once. */
  interrupt(): void;
  /** Runs one command line as the binary would. */
  pixtab(...args: readonly string[]): Promise<Ran>;
  /** Runs one whose process is killed when the first answer is in the journal, or when none came. */
  killed(...args: readonly string[]): Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const KEY = 'AIza-scenarios';
/** A process that is no more. */
const gone = { ...thisProcess(), pid: spawnSync(process.execPath, ['--version']).pid, startedAt: 'before' };

/** `isKnown` where the API is known for the sandbox that it is, as by a process of its own; else it stands for Google. */
export async function place(
  clock: Clock,
  baseUrl: string,
  isKnown = false,
  kind: LedgerKind = SQLITE,
): Promise<Place> {
  const root = await tempDir(inMemory());
  const [home, dir] = [root.at('home'), root.at('work')];
  await mkdir(dir);
  const before = process.cwd();
  // Paths on a command line start here.
  process.chdir(dir);
  const state = isKnown ? `${home}/state/sandbox` : `${home}/state`;
  const ledger = await kind.open(state, clock);
  const env = {
    PIXTAB_HOME: home,
    GEMINI_API_KEY: KEY,
    ...(isKnown && { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: baseUrl }),
  };
  let signals = { stop: new AbortController(), leave: new AbortController() };

  let commands = 0;
  async function command(args: readonly string[], changes: Partial<Deps> = {}): Promise<Ran> {
    signals = { stop: new AbortController(), leave: new AbortController() };
    const { stop, leave } = signals;
    const shelf = ledger.shelf?.();
    const host = {
      version: '0.0.0',
      node: '*',
      clock,
      cwd: dir,
      env,
      stop: stop.signal,
      leave: leave.signal,
      // To the ledger each command is a process of its own, which is gone when it ends.
      owner: { ...thisProcess(), startedAt: `command ${(commands += 1)}` },
      ...(shelf && { shelf }),
    };
    const terminal = fakeTerminal();
    const real = wired(host);
    const deps: Deps = {
      ...real,
      // That the sandbox stands for Google, no setting can say: nobody else speaks for Google.
      ...(!isKnown && {
        settings: async (flags) => ({
          ...(await real.settings(flags)),
          baseUrl: { value: baseUrl, from: 'the scenario' },
        }),
      }),
      terminal: terminal.with.bind(terminal),
      ...changes,
    };
    const code = await run(args, deps);
    return { code, stdout: terminal.stdout.join('\n'), stderr: terminal.stderr.join('\n') };
  }

  return {
    home,
    state,
    dir,
    ledger,
    env,
    interrupt: () => (signals.stop.signal.aborted ? signals.leave : signals.stop).abort(),
    pixtab: (...args) => command(args),
    async killed(...args) {
      const { death, around } = dying();
      const shelf = ledger.shelf?.();
      const own: Deps['books'] = async (which) =>
        around(books(which, `${home}/state`, clock, { owner: gone, ...(shelf && { ledger: shelf(which) }) }));
      await Promise.race([death, command(args, { books: own })]);
    },
    async [Symbol.asyncDispose]() {
      process.chdir(before);
      await ledger[Symbol.asyncDispose]();
      await root[Symbol.asyncDispose]();
    },
  };
}
