// A sandbox of its own, and a home and a folder that are laid anew for each point.
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BIN, start } from '../process.mjs';
import { purchaseOfAgent } from './agent.mjs';
import { callsBelow } from './calls.mjs';
import { furnish, WORK } from './doors.mjs';
import { wrongWithBooks, wrongWithEnd } from './laws.mjs';
import { isDeadly } from './points.mjs';
import { statementsAt } from './statements.mjs';

const KEY = 'torture-key-4711';
const LONGEST_MS = 120_000;
/** Whether nothing is held or waits: then recover, which costs as much as the rest, has nothing to do. */
async function isOver({ isKilled }, rows, home) {
  if (isKilled) return false;
  const held = await rows('SELECT attempt_id FROM holds').catch(() => [null]);
  const kept = await readdir(join(home, 'state', 'sandbox', 'journal')).catch(() => []);
  return held.length === 0 && !kept.some((name) => name.endsWith('.answer'));
}

let databases = 0;

/** `server`: the address of one that has the ledger; then statements are struck, and else calls. */
export async function placeIn(root, { shim, bin = BIN, server }) {
  const now = join(root, 'now');
  const [dir, home] = ['work', 'home'].map((name) => join(now, name));
  const [usedHome, log] = [join(root, 'used'), join(root, 'calls')];
  await mkdir(now, { recursive: true });
  const strikes = server
    ? await statementsAt(server, `pixtab_torture_${process.pid}_${(databases += 1)}`)
    : callsBelow(now, { shim, log, home });
  const sandbox = start(['sandbox', '--seed', '1', '--batch-time', '0'], {
    bin,
    cwd: root,
    env: { PATH: process.env.PATH, PIXTAB_HOME: join(root, 'sandbox') },
  });
  const url = await new Promise((resolve) =>
    sandbox.child.stdout.once('data', (text) => resolve(String(text).split('\n')[0])),
  );
  const env = {
    PATH: process.env.PATH,
    PIXTAB_HOME: home,
    PIXTAB_BASE_URL: url,
    GEMINI_API_KEY: KEY,
    PIXTAB_ASK_ABOVE: '100',
    UV_USE_IO_URING: '0',
    ...strikes.env,
  };

  const run = async ({ args, input, isAgent = false }, more = {}, onChild = () => {}) => {
    const options = { bin, cwd: dir, env: { ...env, ...more } };
    const { child, ran } = isAgent
      ? purchaseOfAgent(args, options)
      : start([...args, '--sandbox', ...(input === undefined ? ['--json'] : [])], { ...options, input });
    onChild(child);
    const late = [
      setTimeout(() => child.kill('SIGTERM'), LONGEST_MS),
      setTimeout(() => child.kill('SIGKILL'), 1.5 * LONGEST_MS),
    ];
    const ended = await ran;
    for (const timer of late) clearTimeout(timer);
    return { ...ended, isDocument: input === undefined && !isAgent };
  };
  const lay = async (isNew) => {
    await rm(now, { recursive: true, force: true, maxRetries: 3 });
    await furnish(dir);
    await strikes.lay(isNew);
    if (!isNew) await cp(usedHome, home, { recursive: true });
    await fetch(`${url}/sandbox/reset`, { method: 'POST' });
  };
  const meter = async () => (await fetch(`${url}/sandbox/meter`)).json();
  await lay(true);
  await run({ args: ['budget', 'set', '100/day'] });
  await mkdir(home, { recursive: true });
  await cp(home, usedHome, { recursive: true });
  await strikes.keep();

  /** Runs a command that is to be struck. */
  const struck = async (command, point) => {
    const ended = await run(command, await strikes.begin(point), strikes.onChild);
    strikes.end();
    return ended;
  };

  /** Runs the commands of a door, the last of them below the shim. */
  const through = async ({ isNew = false, before = [], last }, point) => {
    await lay(isNew);
    const ends = [];
    for (const { strike, ...command } of before)
      ends.push({
        ...(await (strike ? struck(command, strike) : run(command))),
        isKilled: strike !== undefined,
      });
    const { charged } = await meter();
    ends.push({ ...(await struck(last, point)), isKilled: false });
    return { ends, chargedBefore: charged };
  };
  return {
    /** `calls`: what was asked of the system, before the strike where there was one. */
    async play(door, point) {
      const { ends, chargedBefore } = await through(door, point);
      const calls = await strikes.calls();
      const strike = calls.findIndex(({ isStrike }) => isStrike);
      const isMet = strike >= 0;
      const last = ends.at(-1);
      last.isKilled = isMet && isDeadly(point);
      last.charged = (await meter()).charged - chargedBefore;
      const wrong = ends.flatMap(wrongWithEnd);
      if (!isMet && ![0, 12].includes(last.code))
        wrong.push(`6: nothing failed, and it ended with ${last.code}: ${last.stderr.slice(0, 600)}`);
      // Whoever comes back where it did not go through: what waits is finished, what is ordered is fetched.
      const after = [
        ...(last.code === 0 || (await isOver(last, strikes.rows, home)) ? [] : ['recover']),
        ...(last.code !== 0 && door.isBatch ? ['batch wait --timeout 5'] : []),
        // A worker that is told to end ends well; another one buys the rest, and all of it is in the store.
        ...(door.isAtServer ? ['apply', WORK.join(' '), 'apply'] : []),
        'verify',
      ];
      let isLookedFor = false;
      for (const args of after) {
        const end = await run({ args: args.split(' ') });
        wrong.push(...wrongWithEnd(end));
        // A job whose making was not answered is looked for for ten minutes, and holds its money until then.
        if (args.startsWith('batch') && end.code === 12) isLookedFor = true;
        if (args === 'verify' && end.code !== 0)
          wrong.push(`verify ends with ${end.code}: ${end.stderr.slice(0, 400)}`);
      }
      const facts = { rows: strikes.rows, home, dir, key: KEY, door, point, ends, isLookedFor };
      // The call that was struck was not made.
      const before = isMet ? calls.slice(0, strike - 1) : calls;
      wrong.push(...(await wrongWithBooks({ ...facts, meter: await meter(), calls: before })));
      if (door.isRepeatable && !isLookedFor) {
        const again = await run(door.last);
        wrong.push(...wrongWithEnd(again));
        const { charged } = await meter();
        if (charged > door.pictures)
          wrong.push(`3: the same again makes ${charged} charges for ${door.pictures} pictures`);
      }
      return { isMet, wrong, ends, calls: before };
    },
    async close() {
      await strikes.close();
      sandbox.child.kill('SIGKILL');
      await sandbox.ran;
    },
  };
}
