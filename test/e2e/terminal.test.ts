import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, startInTerminal, until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { gatedPlace, type GatedPlace } from './place.ts';

const CTRL_C = '\u0003';

/** Loaded into npm and pixtab: a line for every Ctrl-C that reached one of them, once it has done with it what it does. */
const NOTING = `
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
const who = basename(process.argv[1] ?? '') === 'pixtab' ? 'pixtab' : 'npm';
process.on('SIGINT', () => setImmediate(() => appendFileSync(process.env.HEARD, who + '\\n')));
`;

/** A project that has pixtab among its packages, and a script that runs it. */
async function installed({ dir, home }: GatedPlace) {
  const root = dirname(home);
  const [heard, noting] = [join(root, 'heard'), join(root, 'noting.mjs')];
  await mkdir(join(dir, 'node_modules/.bin'), { recursive: true });
  await symlink(BIN, join(dir, 'node_modules/.bin/pixtab'));
  await writeFile(join(dir, 'package.json'), JSON.stringify({ scripts: { buy: 'pixtab' } }));
  await writeFile(noting, NOTING);
  return {
    env: {
      HEARD: heard,
      NODE_OPTIONS: `--import=${noting}`,
      HOME: root,
      npm_config_cache: join(root, 'npm'),
    },
    heard: () => (existsSync(heard) ? readFileSync(heard, 'utf8').split('\n') : []),
  };
}

describe.skipIf(lacks('npm') || lacks("Python's pty"))('Ctrl-C in a terminal', () => {
  // bash makes way for the command, so pixtab hears both the terminal and npm; dash stays between them.
  it.for([
    ['npx pixtab', 'bash'],
    ['npm run buy --', 'bash'],
    ['npx pixtab', 'dash'],
    ['npm run buy --', 'dash'],
  ] as const)(
    'is one under %s with %s, and what is paid for is saved',
    async ([command, shell], { skip }) => {
      skip(lacks(shell));
      await using here = await gatedPlace();
      const project = await installed(here);
      here.gate.shut();
      const buyer = startInTerminal([...command.split(' '), 'a', 'cat', '-n', '3', '--concurrency', '2'], {
        cwd: here.dir,
        env: { ...here.env, ...project.env, npm_config_script_shell: shell },
      });
      await here.gate.holds(2, buyer);
      buyer.child.stdin.write(CTRL_C);
      for (const who of ['pixtab', 'npm'])
        await until(`${who} has done what it does`, () => project.heard().includes(who), buyer);
      here.gate.open();
      await buyer.ran;
      // dash does not wait for what it started.
      const ended = (): boolean =>
        here.ledger('SELECT outcome FROM runs').some(({ outcome }) => outcome !== null);
      await until('pixtab is done', ended);
      const states = here.ledger('SELECT state FROM attempts ORDER BY state').map(({ state }) => state);
      expect(states).toEqual(['released', 'saved', 'saved']);
      expect(here.sandbox.meter()).toMatchObject({ charged: 2 });
    },
  );
});
