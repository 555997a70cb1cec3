// A sandbox in a process of its own, a gate in front of it, and a home for all who buy there. For the proofs, short and long.
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from '@photostructure/sqlite';
import { gateBefore } from './gate.mjs';
import { BIN, start, startNode } from './process.mjs';

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

/** `script`: what of Node says where the sandbox is, where it is another one than `pixtab sandbox`. */
async function place({ flags = [], script = [BIN, 'sandbox'] }) {
  const root = await mkdtemp(join(tmpdir(), 'pixtab-proof-'));
  const dir = join(root, 'work');
  const home = join(root, 'home');
  await mkdir(dir);
  const env = { PATH: process.env.PATH ?? '', PIXTAB_HOME: home };
  const starting = (args, options = {}) =>
    start(args, { ...options, cwd: dir, env: { ...env, ...options.env } });
  const sandbox = startNode([...script, ...flags], { cwd: dir, env });
  const [line] = await Promise.race([
    once(createInterface({ input: sandbox.child.stdout }), 'line'),
    sandbox.ran.then((end) => [end.stderr]),
  ]);
  const url = String(line);
  if (!url.startsWith('http')) throw new Error(`pixtab sandbox ended: ${url}`);
  const gate = await gateBefore(url);

  return {
    dir,
    home,
    sandboxPid: sandbox.child.pid,
    url,
    gate,
    start: starting,
    run: (args, options) => starting(args, options).ran,
    json: async (args) => {
      const { code, stdout, stderr } = await starting([...args, '--json']).ran;
      if (code !== 0) throw new Error(`pixtab ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    meter: async () => (await fetch(`${url}/sandbox/meter`)).json(),
    pictures: () => picturesBelow(dir),
    ledger: (sql) => rowsOf(home, sql),
    async close() {
      gate.close();
      sandbox.child.kill('SIGKILL');
      await sandbox.ran;
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Every picture below a folder; what was never finished has no name yet. */
export async function picturesBelow(folder) {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !PENDING.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Rows of the sandbox's ledger, read as anybody may. */
export function rowsOf(home, sql) {
  const database = new DatabaseSync(join(home, 'state', 'sandbox', 'ledger.db'), {
    readOnly: true,
    readBigInts: true,
  });
  try {
    // Whoever has it may have been stopped.
    database.exec('PRAGMA busy_timeout = 0');
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** Keeps everybody else from writing into the ledger of a state folder, until the function it returns is called. */
export function ledgerSeized(state) {
  const database = new DatabaseSync(join(state, 'ledger.db'));
  database.exec('PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE');
  return () => database.close();
}

/** Decimal dollars as whole nano-dollars. */
export function nano(dollars) {
  const [whole, fraction = ''] = dollars.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
