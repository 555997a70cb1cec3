import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inProcess } from './in-process.ts';
import { workplace } from './pixtab.ts';

const read = (dir: string, path: string) => readFile(join(dir, path), 'utf8');

interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Readonly<Record<string, unknown>>[] }>>;
}

async function repository(config = '') {
  const place = await workplace();
  await mkdir(join(place.dir, '.git'));
  await writeFile(join(place.dir, '.git', 'config'), config);
  return place;
}

describe('init', () => {
  it('writes a manifest that plans at once, and outside of a repository nothing else', async () => {
    await using place = await workplace();
    const { code, stdout, stderr } = await place.run(['init']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^created pixtab\.yaml\nnext /),
    });
    expect(await readdir(place.dir)).toEqual(['pixtab.yaml']);
    expect(await read(place.dir, 'pixtab.yaml')).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/unpkg\.com\/pixtab@\d+\.\d+\.\d+\/schema\/pixtab\.schema\.json\n/,
    );
    expect((await place.run(['plan', '--json'])).json()).toMatchObject({ outcome: 'ok' });
    expect((await place.run(['apply', '--sandbox'])).stdout).toBe('images/hero.webp\n');
  });

  it('prepares a repository for git and for GitHub', async () => {
    await using place = await repository();
    expect((await place.run(['init'])).code).toBe(0);
    expect(await read(place.dir, '.gitignore')).toBe('.env\n.pixtab-trash/\n.pixtab-*.tmp\n');
    expect(await read(place.dir, '.gitattributes')).toBe('pixtab.lock merge=union linguist-generated\n');
    const cost = parse(await read(place.dir, '.github/workflows/pixtab-cost.yml')) as Workflow;
    expect(cost.on).toEqual({ pull_request: { paths: ['pixtab.*'] } });
    expect(cost.jobs['cost']?.steps.at(-1)).toMatchObject({ with: { 'fail-over': '1.00' } });
    const nightly = parse(await read(place.dir, '.github/workflows/pixtab-nightly.yml')) as Workflow;
    const buying = nightly.jobs['pictures']?.steps.find(({ run }) => String(run).includes(' apply '));
    expect(buying?.['run']).toContain('--lane batch --max-cost 5');
    // What others wrote runs in the steps beside it.
    expect(buying?.['env']).toEqual({ GEMINI_API_KEY: '${{ secrets.GEMINI_API_KEY }}' });
    expect(JSON.stringify(nightly).match(/secrets\./g)).toHaveLength(1);
  });

  it('knows the packages, the folder for pictures and the place below the root', async () => {
    await using place = await repository();
    await mkdir(join(place.dir, 'site', 'public'), { recursive: true });
    await writeFile(join(place.dir, 'site', 'package.json'), '{}');
    await writeFile(
      join(place.dir, 'site', 'package-lock.json'),
      '{"packages": {"node_modules/pixtab": {}}}',
    );
    const site = join(place.dir, 'site');
    const { stderr } = await inProcess(['init'], { dir: site, env: place.env, input: '' });
    expect(stderr).toContain('created ../.github/workflows/pixtab-site-cost.yml');
    const manifest = await read(site, 'pixtab.yaml');
    expect(manifest).toContain('$schema=./node_modules/pixtab/schema/pixtab.schema.json');
    expect(manifest).toContain('out: "public/images/{id}.webp"');
    const cost = parse(await read(place.dir, '.github/workflows/pixtab-site-cost.yml')) as Workflow;
    expect(cost.on).toEqual({ pull_request: { paths: ['site/pixtab.*'] } });
    expect(cost.jobs['cost']?.steps.slice(-2)).toEqual([
      { run: 'npm ci', 'working-directory': 'site/' },
      {
        uses: './site/node_modules/pixtab',
        with: {
          pixtab: './site/node_modules/.bin/pixtab',
          manifest: 'site/pixtab.yaml',
          'fail-over': '1.00',
        },
      },
    ]);
  });

  it('changes nothing that is there, and nothing at all the second time', async () => {
    await using place = await repository();
    await writeFile(join(place.dir, 'pixtab.csv'), 'id,prompt\nhero,a cat\n');
    await writeFile(join(place.dir, '.gitignore'), 'node_modules\n.env');
    await writeFile(join(place.dir, '.gitattributes'), 'pixtab.lock merge=binary\n');
    const first = await place.run(['init', '--json']);
    const files = first.json<{ files: { path: string; action: string }[] }>().files;
    expect(files.map(({ path, action }) => [path.slice(place.dir.length + 1), action])).toEqual([
      ['pixtab.csv', 'keep'],
      ['.gitignore', 'add'],
      ['.gitattributes', 'keep'],
      ['.github/workflows/pixtab-cost.yml', 'create'],
      ['.github/workflows/pixtab-nightly.yml', 'create'],
    ]);
    expect(await read(place.dir, '.gitignore')).toBe('node_modules\n.env\n.pixtab-trash/\n.pixtab-*.tmp\n');
    expect(await read(place.dir, '.gitattributes')).toBe('pixtab.lock merge=binary\n');
    const { stderr } = await place.run(['init']);
    expect(stderr).not.toMatch(/created|added/);
  });

  it.each([
    ['a remote of another host', '[remote "origin"]\n\turl = git@gitlab.com:a/b.git\n', {}],
    ['a file of another host', '', { '.gitlab-ci.yml': '' }],
  ])('writes no workflow where it sees %s', async (_, config, files) => {
    await using place = await repository(config);
    for (const [name, text] of Object.entries(files)) await writeFile(join(place.dir, name), text);
    const { stderr } = await place.run(['init']);
    expect(stderr).not.toContain('.github');
  });

  it('says with --dry-run what it would do, and does nothing', async () => {
    await using place = await repository();
    const { code, stderr } = await place.run(['init', '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('create  pixtab.yaml\n') });
    expect(stderr).toContain('dry    5 files would change: nothing was written');
    expect(await readdir(place.dir)).toEqual(['.git']);
  });
});

describe('init --agent', () => {
  it('writes instructions for coding agents and nothing else, whose free commands work at once', async () => {
    await using place = await repository();
    expect(await place.run(['init', '--agent'])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^created AGENTS\.md\nnext {3}pixtab budget set /),
    });
    expect((await readdir(place.dir)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['.git', 'AGENTS.md']);
    const text = await read(place.dir, 'AGENTS.md');
    expect(text).toMatch(/^## Pictures: pixtab\n/);
    const [free = '', costly = ''] = text.split('These cost money');
    const commands = [...free.matchAll(/`pixtab (.+?)`/g)].map(([, words = '']) => words);
    expect(commands).toContain('estimate "a harbour at dusk"');
    await place.run(['init']);
    const env = { PIXTAB_SANDBOX: '1' };
    for (const command of commands) {
      const args = [...command.matchAll(/"(.+?)"|(\S+)/g)].map(([word, quoted]) => quoted ?? word);
      expect({ command, code: (await place.run(args, { env })).code }).toEqual({ command, code: 0 });
    }
    const bought = ['generate', 'a harbour at dusk', '--sandbox', '--max-cost', '0.10'];
    expect(costly).toContain('`--max-cost 0.10`');
    expect((await place.run(bought)).code).toBe(0);
  });

  it.each([
    ['AGENTS.md', ['AGENTS.md', 'CLAUDE.md'], '# Rules\n\nBe kind.'],
    ['CLAUDE.md', ['CLAUDE.md'], '# Rules\n'],
    ['GEMINI.md', ['GEMINI.md'], ''],
  ])('adds a section to the end of %s where it is there, once', async (name, files, before) => {
    await using place = await workplace();
    for (const file of files) await writeFile(join(place.dir, file), before);
    const { stderr } = await place.run(['init', '--agent']);
    expect(stderr).toContain(`added   ${name}: ## Pictures: pixtab\n`);
    const text = await read(place.dir, name);
    const start = before === '' ? '' : `${before.trimEnd()}\n\n`;
    expect(text.startsWith(`${start}## Pictures: pixtab\n\n`)).toBe(true);
    const again = await place.run(['init', '--agent', '--json']);
    expect(again.json()).toMatchObject({ files: [{ action: 'keep', added: [] }] });
    expect(await read(place.dir, name)).toBe(text);
    expect(await readdir(place.dir)).toEqual(files);
  });
});
