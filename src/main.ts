import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { run } from './cli.ts';
import { systemClock } from './adapters/clock.ts';
import { settings } from './adapters/config.ts';
import { places, type Places } from './adapters/places.ts';
import { placesHere } from './adapters/places.ts';
import { terminal } from './adapters/terminal.ts';
import type { Deps } from './ports.ts';

// The composition root: the only file that sees process, environment and adapters together. What is heavy is imported
// by the thunk that needs it, so that --help, estimate and models start at once.

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const clock = systemClock();
const signals = interrupts();

const deps: Deps = {
  version,
  clock,
  cwd: process.cwd(),
  newId: () => randomUUID(),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  terminal: (options) => terminal(process, options),
  settings: (flags) => settings({ env: process.env, cwd: process.cwd() }, flags),
  readText: (path) => readFile(path, 'utf8'),
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  },
  api: async (connection) => {
    const { googleApi } = await import('./adapters/google/api.ts');
    const { retrying } = await import('./adapters/retrying.ts');
    return retrying(googleApi(connection, { clock }), clock);
  },
  sandbox: async () => {
    const { startSandbox } = await import('./sandbox/server.ts');
    const { pictures } = await import('./sandbox/pictures.ts');
    return startSandbox({ clock, painter: pictures() });
  },
  isSandbox: async (baseUrl) => (await import('./adapters/ping.ts')).isSandbox(baseUrl),
  pictures: async () => (await import('./adapters/pictures.ts')).pictures(),
  shelf: async () => (await import('./adapters/shelf.ts')).shelf(),
  books: async (which) =>
    (await import('./adapters/books.ts')).books(which, placesHere(process.env, process.cwd()).state, clock),
  stop: signals.stop,
  leave: signals.leave,
};

process.exitCode = await run(process.argv.slice(2), deps);

function here(): Places {
  return places({ env: process.env, platform: process.platform, home: homedir(), cwd: process.cwd() });
}

/** The first Ctrl-C (or SIGTERM) starts no more and lets paid requests finish; the second leaves at once. */
function interrupts(): { stop: AbortSignal; leave: AbortSignal } {
  const stop = new AbortController();
  const leave = new AbortController();
  const onSignal = (): void => (stop.signal.aborted ? leave.abort() : stop.abort());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { stop: stop.signal, leave: leave.signal };
}
