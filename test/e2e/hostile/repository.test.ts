import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/lacks.ts';
import { workplace } from '../pixtab.ts';

// A repository that somebody unpacked, with its .git: whatever its configuration names, pixtab runs none of it.

const MANIFEST = 'images:\n  - { id: cat, prompt: a cat, out: art/cat.png }\n';

/** Settings that name a program, by what they are for; `!` stands for the program. */
const CONFIGURED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fsmonitor: { 'core.fsmonitor': '!' },
  pager: { 'core.pager': '!', 'pager.log': '!', 'pager.cat-file': '!' },
  editor: { 'core.editor': '!', 'core.askPass': '!' },
  ssh: { 'core.sshCommand': '!', 'core.gitProxy': '!' },
  external: { 'diff.external': '!' },
  textconv: { 'diff.evil.textconv': '!', 'diff.evil.command': '!' },
  filter: { 'filter.evil.smudge': '!', 'filter.evil.clean': '!', 'filter.evil.required': 'true' },
  process: { 'filter.worse.process': '!' },
  signature: { 'log.showSignature': 'true', 'gpg.program': '!' },
  alias: { 'alias.log': '!!', 'alias.cat-file': '!!', 'alias.rev-parse': '!!', 'alias.config': '!!' },
  remote: {
    'extensions.partialClone': 'origin',
    'core.repositoryFormatVersion': '1',
    'remote.origin.promisor': 'true',
    'remote.origin.url': 'ext::sh -c !',
    'remote.origin.uploadpack': '!',
    'protocol.allow': 'always',
    'protocol.ext.allow': 'always',
  },
};
const HOOKS = ['post-checkout', 'reference-transaction', 'fsmonitor-watchman', 'post-index-change'];

describe.skipIf(lacks('git'))('a hostile repository', () => {
  it('runs none of the programs that its configuration, its hooks and its attributes name', async () => {
    await using here = await workplace({ settings: { PIXTAB_SANDBOX: '1', HOME: '/nonexistent' } });
    const [traps, ran] = ['traps', 'ran'].map((name) => join(here.home, '..', name)) as [string, string];
    await Promise.all([traps, ran].map((folder) => mkdir(folder)));
    /** A program that leaves its name where it ran. */
    const trap = async (name: string): Promise<string> => {
      await writeFile(join(traps, name), `#!/bin/sh\ntouch "${join(ran, name)}"\ncat\n`);
      await chmod(join(traps, name), 0o755);
      return join(traps, name);
    };
    const git = (args: readonly string[], input = ''): string => {
      const env = { PATH: here.env['PATH'], HOME: here.home, GIT_CONFIG_NOSYSTEM: '1' };
      const who = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main'];
      return execFileSync('git', [...who, ...args], {
        cwd: here.dir,
        env,
        input,
        stdio: 'pipe',
        encoding: 'utf8',
      }).trim();
    };

    git(['init', '-q']);
    await writeFile(join(here.dir, 'pixtab.yaml'), MANIFEST);
    await writeFile(join(here.dir, 'missing.yaml'), MANIFEST);
    await here.run(['apply', '--yes']);
    git(['add', '.']);
    git(['commit', '-qm', 'first']);
    // A signature is checked only where there is one.
    const commit = git(['cat-file', 'commit', 'HEAD']).replace(
      /^(committer .*)$/m,
      '$1\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----',
    );
    git(['update-ref', 'HEAD', git(['hash-object', '-t', 'commit', '-w', '--stdin'], `${commit}\n`)]);
    const missing = git(['rev-parse', 'HEAD:missing.yaml']);

    for (const hook of HOOKS) await trap(hook);
    git(['config', '--file', '.git/evil', 'core.hooksPath', traps]);
    for (const [name, settings] of Object.entries(CONFIGURED)) {
      const program = await trap(name);
      for (const [setting, value] of Object.entries(settings))
        git(['config', '--file', '.git/evil', setting, value.replace(/!$/, program)]);
    }
    await writeFile(
      join(here.dir, '.git/info/attributes'),
      '*.lock filter=evil diff=evil\npixtab.yaml filter=worse\n',
    );
    await rm(join(here.dir, '.git/objects', missing.slice(0, 2), missing.slice(2)));
    git(['config', 'include.path', 'evil']);
    await writeFile(
      join(here.dir, 'pixtab.yaml'),
      `${MANIFEST}  - { id: dog, prompt: a dog, out: art/dog.png }\n`,
    );
    await writeFile(join(here.dir, 'missing.yaml'), `# changed\n${MANIFEST}`);
    await writeFile(join(here.dir, 'art/cat.png'), 'changed');

    for (const args of [
      ['plan'],
      ['diff'],
      ['diff', '-f', 'missing.yaml'],
      ['gallery', '-o', 'site/'],
      ['verify'],
      ['apply', '--yes'],
    ]) {
      const { code, stderr } = await here.run(args);
      expect([args[0], code === 1 ? stderr : '']).toEqual([args[0], '']);
    }
    expect(await readdir(ran)).toEqual([]);
  });
});
