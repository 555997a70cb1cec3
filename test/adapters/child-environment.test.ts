import { chmod, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { openFile } from '../../src/adapters/terminal/opener.ts';
import { gitTree } from '../../src/adapters/tree/git.ts';
import { tempDir, type TempDir } from '../support/tempdir.ts';

const SECRETS = {
  GEMINI_API_KEY: 'AIza-1',
  GOOGLE_API_KEY: 'AIza-2',
  OPENROUTER_APIKEY: 'sk-3',
  AWS_SECRET_ACCESS_KEY: 'aws-4',
  GITHUB_TOKEN: 'ghp-5',
  cf_aig_token: 'cf-6',
};

const NEEDED = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.abbrev',
  GNOME_KEYRING_CONTROL: '/run/keyring',
};

/** A folder with a program that writes its environment down beside itself. */
async function programIn(folder: TempDir, name: string): Promise<string> {
  const told = folder.at('told');
  await writeFile(folder.at(name), `#!/bin/sh\nenv > ${told}.new\nmv ${told}.new ${told}\n`);
  await chmod(folder.at(name), 0o700);
  return told;
}

describe.skipIf(process.platform !== 'linux')('A program that pixtab starts', () => {
  it.each([
    ['git', async (path: string, env: NodeJS.ProcessEnv) => void (await gitTree(path, 'HEAD', env))],
    ['xdg-open', openFile],
  ] as const)('%s gets the environment without any key', async (name, start) => {
    await using folder = await tempDir();
    const told = await programIn(folder, name);
    const PATH = `${folder.path}:${process.env['PATH'] ?? ''}`;
    await start(folder.path, { ...SECRETS, ...NEEDED, PATH });
    const environment = await vi.waitFor(() => readFile(told, 'utf8'), 10_000);
    for (const secret of Object.values(SECRETS)) expect(environment).not.toContain(secret);
    for (const [variable, value] of Object.entries(NEEDED))
      expect(environment).toContain(`${variable}=${value}`);
  });
});
