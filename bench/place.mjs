// A sandbox in a process of its own, a gate in front of it, and a home for all who buy there. For the proofs, short and long.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'libsql';

const BIN = join(import.meta.dirname, '..', 'bin', 'pixtab.js');
const PENDING = /\.tmp$/;

/** Works there, and leaves nothing behind. */
export async function at(options, work) {
  const here = await place(options);
  try {
    return await work(here);
  } finally {
    await here.close();
  }
}

async function place({ flags = [] }) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-proof-'));
  const dir = join(root, 'work');
  const home = join(root, 'home');
  await mkdir(dir);
  const env = { PATH: process.env.PATH ?? '', PIXTAB_HOME: home };
  const child = spawn(process.execPath, [BIN, 'sandbox', ...flags], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), gone]);
  const sandbox = String(line);
  if (!sandbox.startsWith('http')) throw new Error(`pixtab sandbox ended with ${sandbox}`);
  const gate = await gated(sandbox);

  /** Starts one that buys; `ran` resolves when it is gone. */
  function start(args, options = {}) {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: dir, env: { ...env, ...options.env } });
    child.stdin.end();
    return { child, ran: ended(child) };
  }

  return {
    dir,
    home,
    url: sandbox,
    gate,
    start,
    run: (args, options) => start(args, options).ran,
    json: async (args) => {
      const { code, stdout, stderr } = await start([...args, '--json']).ran;
      if (code !== 0) throw new Error(`pixtab ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    meter: async () => (await fetch(`${sandbox}/sandbox/meter`)).json(),
    faults: (schedule) => post(`${sandbox}/sandbox/faults`, { schedule }),
    /** Every picture below the working directory; what was never finished has no name yet. */
    pictures: async () =>
      (await readdir(dir, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !PENDING.test(entry.name))
        .map(({ parentPath, name }) => join(parentPath, name)),
    /** Rows of the sandbox's ledger, read as anybody may. */
    ledger(sql) {
      const database = new Sqlite(join(home, 'state', 'sandbox', 'ledger.db'));
      try {
        return database.prepare(sql).safeIntegers().all();
      } finally {
        database.close();
      }
    },
    async close() {
      gate.close();
      child.kill('SIGKILL');
      await gone;
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function ended(child) {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

/** Passes everything on to the sandbox; what is paid for waits while the gate is shut. */
async function gated(sandbox) {
  let open = Promise.resolve();
  let release = () => {};
  let waiting = 0;
  const server = createServer(
    (request, response) => void pass(request, response).catch(() => response.destroy()),
  );

  async function pass(request, response) {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    if (request.method === 'POST') {
      waiting += 1;
      await open;
      waiting -= 1;
    }
    const { 'x-goog-api-key': key = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(new URL(request.url, sandbox), {
      method: request.method,
      headers: { 'x-goog-api-key': key, 'content-type': type },
      ...(body.length > 0 && { body: Buffer.concat(body) }),
    });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'x-pixtab-sandbox': '1',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    waiting: () => waiting,
    shut() {
      ({ promise: open, resolve: release } = withResolvers());
    },
    open: () => release(),
    close() {
      release();
      server.close();
      server.closeAllConnections();
    },
  };
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

const post = (url, body) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

/** Waits until something is so; whoever asks has a time limit of their own. */
export async function until(condition) {
  while (!(await condition())) await sleep(10);
}

/** Decimal dollars as whole nano-dollars. */
export function nano(dollars) {
  const [whole, fraction = ''] = dollars.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
