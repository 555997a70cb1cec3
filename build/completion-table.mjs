// Writes down what completion knows without asking anybody, beside the program: Tab cannot wait for it to be made.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';

/** `root` is the folder that bin/ and dist/ are in. Without the table completion is slower, and says the same. */
export function writeCompletionTable(root, home) {
  const { status, stdout } = spawnSync(execPath, [join(root, 'bin/pixtab.cjs'), 'completion', '--json'], {
    env: { PATH: env.PATH, HOME: home, PIXTAB_HOME: home },
    timeout: 60_000,
  });
  if (status === 0)
    writeFileSync(join(root, 'dist/completion.json'), JSON.stringify(JSON.parse(String(stdout)).table));
}
