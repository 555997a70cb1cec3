import { createRequire } from 'node:module';
import { run } from './cli.ts';
import { systemClock } from './adapters/clock.ts';
import { interrupts } from './adapters/interrupts.ts';
import { wired } from './wiring.ts';

// The composition root: the only file that sees the process and its environment; wiring.ts puts the adapters together.

const { version, engines }: { version: string; engines: { node: string } } = createRequire(import.meta.url)(
  '../package.json',
);
const { env } = process;

process.exitCode = await run(
  process.argv.slice(2),
  wired({
    version,
    clock: systemClock(),
    cwd: process.cwd(),
    env,
    node: engines.node,
    ...interrupts(process, () => performance.now()),
  }),
);
// Nobody listens any more, so whatever still holds the process must not shield it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
