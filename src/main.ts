import packageJson from '../package.json' with { type: 'json' };
import { run } from './cli.ts';
import { systemClock } from './adapters/clock.ts';
import { interrupts } from './adapters/interrupts.ts';
import { wired } from './wiring.ts';

// The composition root: the only file that sees the process and its environment; wiring.ts puts the adapters together.

const { version, engines } = packageJson;
const { env } = process;

const deps = wired({
  version,
  clock: systemClock(),
  cwd: process.cwd(),
  env,
  node: engines.node,
  ...interrupts(process, () => performance.now()),
});

void (async () => {
  process.exitCode = await run(process.argv.slice(2), deps);
  // Nobody listens any more, so whatever still holds the process must not shield it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
})();
