import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { childEnvironment, NOBODYS_FOLDER } from '../child-environment.ts';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // Not `start`, which is a word of the shell and would read a file name as a command line.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

const ADDRESS = /^http:\/\/127\.0\.0\.1:/;

/** Shows a file, or an address of this machine, in the program that the system has for it, and does not wait for it. */
export async function openFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, ADDRESS.test(path) ? path : resolve(path)], {
    cwd: NOBODYS_FOLDER,
    stdio: 'ignore',
    detached: true,
    env: childEnvironment(env),
  });
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', (cause) => {
      fail(new Failure('usage', `--open: there is no ${command} here to open ${path} with.`, { cause }));
    });
  });
  child.unref();
}
