import { createRequire } from 'node:module';
import { run } from './cli.ts';
import { systemClock } from './adapters/clock.ts';
import { wired } from './wiring.ts';

// The composition root: the only file that sees the process and its environment; wiring.ts puts the adapters together.

const { version, engines }: { version: string; engines: { node: string } } = createRequire(import.meta.url)(
  '../package.json',
);
const { env } = process;

process.exitCode = await run(
  process.argv.slice(2),
  wired({ version, clock: systemClock(), cwd: process.cwd(), env, node: engines.node, ...interrupts() }),
);

/**
 * The first Ctrl-C (or SIGTERM) starts no more and lets paid requests finish; the second leaves at once. A terminal that is
 * closed says so with SIGHUP, often twice, and nobody is there to mean "at once" by it.
 */
function interrupts(): { stop: AbortSignal; leave: AbortSignal } {
  const stop = new AbortController();
  const leave = new AbortController();
  const onSignal = (): void => (stop.signal.aborted ? leave.abort() : stop.abort());
  process
    .on('SIGINT', onSignal)
    .on('SIGTERM', onSignal)
    .on('SIGHUP', () => stop.abort());
  return { stop: stop.signal, leave: leave.signal };
}
