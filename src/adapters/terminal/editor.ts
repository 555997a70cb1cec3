import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import { childEnvironment } from '../child-environment.ts';
import { decoded } from '../files/decode-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens a copy of a text, which nobody else can read, in the user's editor, and waits for it. Resolves to what it left. */
export async function editText(text: string, name: string, env: Environment): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-'));
  try {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    await editorOn(path, env);
    return decoded(await readFile(path), name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** VISUAL and EDITOR are command lines, as for git: "code --wait". */
async function editorOn(path: string, env: Environment): Promise<void> {
  const isWindows = process.platform === 'win32';
  const command = env['VISUAL']?.trim() || env['EDITOR']?.trim() || (isWindows ? 'notepad' : 'vi');
  const options = { stdio: 'inherit', env: childEnvironment(env) } as const;
  const child = isWindows
    ? spawn(`${command} "${path}"`, { ...options, shell: true })
    : spawn('sh', ['-c', `${command} "$1"`, 'sh', path], options);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('close', done);
    child.once('error', (cause) => {
      fail(new Failure('usage', 'No editor could be started.', { hint: 'Set EDITOR.', cause }));
    });
  });
  if (code !== 0)
    throw usageFailure(`The editor (${command}) did not end well, so nothing changed.`, 'Set EDITOR.');
}
