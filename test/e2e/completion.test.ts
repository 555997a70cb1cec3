import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BIN } from '../../bench/process.mjs';
import { COMMANDS } from '../../src/commands/index.ts';
import { lacks } from '../support/lacks.ts';
import { workplace, type Workplace } from './pixtab.ts';

const run = promisify(execFile);

/** Labels that would do something if a shell took them for more than words. */
const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  `it's "q";touch pwned`,
  'a & touch pwned',
  '!! $HOME *',
  '-x',
];

/** A workplace with purchases under such labels, and pixtab on the path. */
async function shop(): Promise<Workplace> {
  const place = await workplace({ settings: { PIXTAB_SANDBOX: '1' } });
  const labels = HOSTILE.flatMap((label) => [`--label=${label}`]);
  await place.run(['a cat', '-o', 'cat.jpg', ...labels]);
  const tools = join(dirname(place.home), 'bin');
  await mkdir(tools);
  await writeFile(join(tools, 'pixtab'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  await chmod(join(tools, 'pixtab'), 0o755);
  return { ...place, env: { ...place.env, PATH: `${tools}:${place.env['PATH']}` } };
}

const words = async ({ run }: Workplace, ...typed: readonly string[]) =>
  (await run(['completion', 'zsh', '--', ...typed])).stdout.split('\n').slice(1, -1);

describe('completion', () => {
  it('knows what there is: models, prompts, jobs, requests, labels, settings and pictures', async () => {
    await using place = await shop();
    await place.run(['prompt', 'save', 'product', 'a mug']);
    await place.run(['a dog', '--lane', 'batch']);
    await writeFile(join(place.dir, 'pixtab.yaml'), 'images:\n  - { id: hero, prompt: a cat, count: 2 }\n');
    expect(await words(place, '-m', 'nano-banana-p')).toEqual([
      expect.stringMatching(/^nano-banana-pro\tNano Banana Pro, \$0\.\d+ at 1K$/),
    ]);
    expect(await words(place, '--prompt', '')).toEqual(['product']);
    expect(await words(place, 'batch', 'show', '')).toEqual([
      expect.stringMatching(/^[\da-f]{8}\t.*1 image of/),
    ]);
    expect(await words(place, 'history', '')).toHaveLength(2);
    expect(await words(place, 'config', 'set', 'max-')).toEqual(['max-cost']);
    expect(await words(place, 'plan', '--only', 'hero,he')).toEqual([
      'hero,hero\ta cat',
      'hero,hero#2\ta cat',
    ]);
    expect((await words(place, '--label', '')).toSorted()).toEqual(HOSTILE.toSorted());
  });

  it('says nothing where something is wrong, makes nothing, and ends well', async () => {
    await using place = await workplace();
    await writeFile(join(place.dir, '.pixtab.json'), '{ broken');
    for (const typed of [['--label', ''], ['nonsense', ''], ['plan', '--only', ''], [''], []]) {
      const { code, stderr } = await place.run(['completion', 'bash', '--', ...typed]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    expect(await place.run(['completion', 'bash', '--line'])).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(place.dir)).toEqual(['.pixtab.json']);
    await expect(readdir(place.home)).rejects.toThrow('ENOENT');
  });

  it('refuses a shell that it does not know', async () => {
    await using place = await workplace();
    expect(await place.run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh, fish, powershell'),
    });
  });

  it('knows the verbs of every command that has some', async () => {
    await using place = await workplace();
    const { table } = (await place.run(['completion', '--json'])).json<{
      table: { commands: { name: string; verbs: string[] }[] };
    }>();
    expect(table.commands.map(({ name }) => name)).toEqual(COMMANDS.map(({ name }) => name));
    const withVerbs = table.commands.filter(({ verbs }) => verbs.length > 0).map(({ name }) => name);
    expect(withVerbs).toEqual(
      expect.arrayContaining(['prices', 'batch', 'budget', 'prompt', 'config', 'auth']),
    );
  });

  it.skipIf(lacks('bash'))(
    'inserts in bash what bash reads as the label, and runs nothing of it',
    async () => {
      await using place = await shop();
      const { stdout } = await run(
        'bash',
        [
          '--norc',
          '-c',
          `eval "$(pixtab completion bash)"
        COMP_LINE='pixtab spend --label '; COMP_POINT=\${#COMP_LINE}; _pixtab
        for text in "\${COMPREPLY[@]}"; do eval "set -- $text"; printf '%s|%s\\n' "$#" "$1"; done`,
        ],
        { cwd: place.dir, env: place.env },
      );
      expect(stdout.split('\n').filter(Boolean).toSorted()).toEqual(
        HOSTILE.map((label) => `1|${label}`).toSorted(),
      );
      expect(await readdir(place.dir)).toEqual(['cat.jpg']);
    },
  );

  it.skipIf(lacks('fish'))('proposes in fish, and runs nothing', async () => {
    await using place = await shop();
    const { stdout } = await run(
      'fish',
      ['--no-config', '-c', "pixtab completion fish | source; complete -C 'pixtab spend --label '"],
      { cwd: place.dir, env: { ...place.env, HOME: place.dir } },
    );
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['$(touch pwned)', '`touch pwned`']));
    expect((await readdir(place.dir)).includes('pwned')).toBe(false);
  });

  it.skipIf(lacks('fish'))('proposes files in fish, also behind a quotation mark', async () => {
    await using place = await workplace();
    await writeFile(join(place.dir, 'a cat.jpg'), '');
    const { stdout } = await run(
      'fish',
      ['--no-config', '-c', `pixtab completion fish | source; complete -C 'pixtab edit "a'`],
      { cwd: place.dir, env: { ...place.env, HOME: place.dir } },
    );
    expect(stdout.split('\n')).toEqual(['a cat.jpg', '']);
  });

  it.skipIf(lacks('zsh'))('is a script that zsh reads', async () => {
    await using place = await workplace();
    const { stdout } = await place.run(['completion', 'zsh']);
    const path = join(place.dir, '_pixtab');
    await writeFile(path, stdout);
    await expect(run('zsh', ['-n', path])).resolves.toMatchObject({ stderr: '' });
  });
});
