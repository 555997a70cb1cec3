import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { BIN, TIE } from '../../bench/process.mjs';
import { ROOT } from '../docs/pages.ts';
import { workplace } from './pixtab.ts';

/** The day on which the pages are played: prices grow old, and models end. */
const NOON = Date.parse('2026-11-26T12:00:00Z');
/** The port that pages name; a free one stands in for it. */
const PORT = '4100';
const END = '\u001E';

export interface Bash extends AsyncDisposable {
  /** Ids that were printed, by the ids that the page shows in their place. */
  readonly ids: Map<string, string>;
  write(file: string, content: string): Promise<void>;
  run(command: string): Promise<{ readonly code: number; readonly lines: readonly string[] }>;
}

/** One bash for many commands, in a folder and a home of its own, with pixtab on its path and the sandbox as its API. */
export async function inBash(): Promise<Bash> {
  const place = await workplace();
  const tools = join(dirname(place.dir), 'bin');
  await mkdir(tools);
  await writeFile(join(tools, 'clock.mjs'), clockAhead(NOON - Date.now()));
  for (const [name, script] of Object.entries(TOOLS)) {
    await writeFile(join(tools, name), `#!/usr/bin/env bash\n${script}\n`);
    await chmod(join(tools, name), 0o755);
  }
  for (const [file, { width, height, colour }] of Object.entries(PICTURES)) {
    await mkdir(dirname(join(place.dir, file)), { recursive: true });
    const picture = sharp({ create: { width, height, channels: 3, background: colour } });
    await picture.toFile(join(place.dir, file));
  }
  const port = String(await freePort());
  const child = spawn('bash', ['--norc', '--noprofile'], {
    cwd: place.dir,
    // A group of its own, so that what runs in the background ends with it.
    detached: true,
    // The last one ends what runs in it with this process.
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    env: {
      ...place.env,
      HOME: dirname(place.dir),
      PATH: `${tools}:${place.env['PATH']}`,
      PIXTAB_SANDBOX: '1',
      // What an answer costs depends on how often its prompt was answered before.
      PIXTAB_CONCURRENCY: '1',
      TZ: 'UTC',
    },
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('bash has no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ids = new Map<string, string>();
  let code = 0;

  return {
    ids,
    async write(file, content) {
      await mkdir(dirname(join(place.dir, file)), { recursive: true });
      await writeFile(join(place.dir, file), content);
    },
    async run(command) {
      const real = withIds(command, ids).replaceAll(PORT, port);
      stdin.write(
        `(exit ${code}); { ${inBackground(real, port)}\n} </dev/null 2>&1; printf '${END}%d\\n' $?\n`,
      );
      const printed: string[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`bash ended at: ${command}`);
        const [text = '', end] = value.split(END);
        if (text !== '' || end === undefined) printed.push(readable(text));
        if (end === undefined) continue;
        code = Number(end);
        return { code, lines: printed };
      }
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'close');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
      await place[Symbol.asyncDispose]();
    },
  };

  function readable(line: string): string {
    return [...ids]
      .reduce((text, [shown, now]) => text.replaceAll(now, shown), line)
      .replaceAll(place.dir, '/home/you/pictures')
      .replaceAll(dirname(place.dir), '/home/you')
      .replaceAll(port, PORT);
  }
}

const TOOLS = {
  pixtab: `exec '${process.execPath}' ${TIE.join(' ')} --import "$(dirname "$0")/clock.mjs" '${BIN}' "$@"`,
  // It finds pixtab on its path.
  'agent-session': `AGENT_COMMAND=pixtab exec '${process.execPath}' ${TIE.join(' ')} '${join(ROOT, 'bench/agent-session.mjs')}'`,
  npx: '[ "$1" = pixtab ] && exec "$@"; echo "npx is here for pixtab alone: $*" >&2; exit 1',
  // Installing and testing are what every run of the tests proves.
  npm: 'exit 0',
};

/** A module that moves the clock of its process. */
const clockAhead = (ms: number): string => `
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [Date.now()] : parts));
  }
  static now = () => now() + ${ms};
};
`;

/** What the pages change and show to models; the mask is as large as the photo. */
const PICTURES = {
  'photo.jpg': { width: 1200, height: 800, colour: 'skyblue' },
  'lawn.png': { width: 1200, height: 800, colour: 'white' },
  'room.jpg': { width: 1024, height: 768, colour: 'tan' },
  'sofa.png': { width: 640, height: 480, colour: 'crimson' },
  'brand/palette.png': { width: 300, height: 100, colour: 'teal' },
} as const;

/** A server that is started must listen before the next command asks it. */
function inBackground(command: string, port: string): string {
  if (!command.endsWith('&')) return command;
  return `${command.slice(0, -1)} >/dev/null 2>&1 & until (: </dev/tcp/127.0.0.1/${port}) 2>/dev/null; do sleep 0.05; done`;
}

/** The command with the ids of this run, however short the page cuts them. */
const withIds = (command: string, ids: ReadonlyMap<string, string>): string =>
  command.replaceAll(/\b[0-9a-f]{4,36}\b/g, (start) => {
    const found = [...ids].find(([shown]) => shown.startsWith(start));
    return found?.[1].slice(0, start.length) ?? start;
  });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on TCP.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
