// pixtab as a process of its own, which ends with the one that started it. For the proofs, short and long.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The end-to-end tests have a build of their own, so that nobody's dist/ is built anew under their feet. */
export const BIN = process.env.PIXTAB_TEST_BIN ?? join(import.meta.dirname, '..', 'bin', 'pixtab.cjs');
/** Before the name of a script that node runs. */
export const TIE = ['--import', new URL('tie.mjs', import.meta.url).href];

const running = new Set();

/** Starts any script of Node, which ends with this process. `within`: a command that runs it, such as `ip netns exec`. */
export function startNode(args, { within = [], ...options }) {
  const [file, ...before] = [...within, process.execPath];
  return startProgram(file, [...before, ...TIE, ...args], options);
}

/** Starts any program; `ran` resolves when it is gone, `said` is its stderr so far. */
function startProgram(file, args, { cwd, env, input = '' }) {
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe'];
  const child = spawn(file, args, { cwd, env, stdio });
  running.add(child);
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ran = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code, signal, stdout, stderr };
  });
  return { child, ran, said: () => stderr };
}

export const start = (args, { bin = BIN, ...options }) => startNode([bin, ...args], options);

/** Starts a script of test/support that was built beside the binary. */
export const startScript = (name, args) =>
  startNode([join(dirname(BIN), '..', 'scripts', `${name}.mjs`), ...args], {
    env: { PATH: process.env.PATH ?? '' },
  });

/** What it runs has a terminal, and hears of it when that is closed. */
const IN_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** Starts a command line in a terminal of its own: what is typed goes to the child's stdin, what is shown is its stdout. */
export const startInTerminal = (command, options) =>
  startProgram('python3', ['-c', IN_TERMINAL, ...command], { ...options, input: null });

/** Ends what still runs, as after a test that took too long. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** Shorter than the time limit of a test, so that what was missing is said before the test is over. */
const LONGEST_WAIT_MS = 90_000;

/** Waits until something is so. Fails with what it was when it never comes, or when the process that should bring it ended. */
export async function until(what, condition, ...processes) {
  const gone = [];
  for (const { ran } of processes) void ran.then((end) => gone.push(end));
  const last = performance.now() + LONGEST_WAIT_MS;
  while (!(await condition())) {
    const [end] = gone;
    // Once more: it may have come with the end.
    if (end !== undefined && !(await condition()))
      throw new Error(
        `pixtab ended with ${end.code ?? end.signal} before ${what}: ${end.stderr}${end.stdout}`,
      );
    if (performance.now() > last) throw new Error(`waited ${LONGEST_WAIT_MS / 1000} s in vain until ${what}`);
    await sleep(5);
  }
}
