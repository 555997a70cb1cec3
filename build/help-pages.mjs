// Writes down the help of every command as it is for a file or a pipe, beside the program: bin/written-page.cjs gives it out.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `root` is the folder that bin/ and dist/ are in. Where a page is missing, help is slower, and says the same. */
export async function writeHelpPages(root, home) {
  const pixtab = async (...args) => {
    const { stdout } = await run(execPath, [join(root, 'dist/main.cjs'), ...args], {
      env: { PATH: env.PATH, HOME: home, PIXTAB_HOME: home },
      timeout: 60_000,
    });
    return stdout;
  };
  mkdirSync(join(root, 'dist/pages'), { recursive: true });
  const { commands } = JSON.parse(await pixtab('help', '--json'));
  const left = [['help', '--help'], ...commands.map(({ name }) => [`help-${name}`, name, '--help'])];
  const write = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [name, ...args] = next;
      writeFileSync(join(root, `dist/pages/${name}.txt`), await pixtab(...args));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, write));
}
