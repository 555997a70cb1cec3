import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, startInTerminal, until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { workplace, type Workplace } from './pixtab.ts';

const userFile = ({ home }: Workplace): string => join(home, 'config', 'config.json');
const projectFile = ({ dir }: Workplace): string => join(dir, '.pixtab.json');

/** A workplace with files of settings. */
async function withFiles({ user, project }: { readonly user?: string; readonly project?: string }) {
  const place = await workplace();
  await mkdir(join(place.home, 'config'), { recursive: true });
  if (user !== undefined) await writeFile(userFile(place), user);
  if (project !== undefined) await writeFile(projectFile(place), project);
  return place;
}

describe('config set', () => {
  it('makes the file that commands read, and says where it is', async () => {
    await using place = await workplace();
    const { code, stdout, stderr } = await place.run(['config', 'set', 'max-cost', '0.50']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `set    max-cost in ${userFile(place)}\n`,
    });
    expect(await readFile(userFile(place), 'utf8')).toBe('{\n  "max-cost": "0.50"\n}\n');
    const dear = await place.run(['generate', 'a cat', '-n', '50', '--dry-run', '--sandbox']);
    expect(dear).toMatchObject({ code: 4, stderr: expect.stringContaining('max-cost') });
  });

  it('keeps comments, order, indentation and line ends', async () => {
    const text =
      '// mine\r\n{\r\n\t"size": "1K", // enough\r\n\t/* never more */\r\n\t"max-cost": 2\r\n}\r\n';
    await using place = await withFiles({ user: text });
    await place.run(['config', 'set', 'max-cost', '1']);
    await place.run(['config', 'set', 'model', 'nano-banana-2.1']);
    await place.run(['config', 'unset', 'size']);
    expect(await readFile(userFile(place), 'utf8')).toBe(
      '// mine\r\n{\r\n\t // enough\r\n\t/* never more */\r\n\t"max-cost": "1",\r\n\t"model": "nano-banana-2.1"\r\n}\r\n',
    );
    expect((await place.run(['config', 'get', 'max-cost'])).stdout).toBe('1\n');
  });

  it('keeps the rights of the file, and a link to it', async () => {
    await using place = await withFiles({ user: '{}' });
    const dotfiles = join(place.dir, 'dotfiles.json');
    await writeFile(dotfiles, '{}');
    await chmod(dotfiles, 0o600);
    await symlink(dotfiles, projectFile(place));
    await place.run(['config', 'set', 'size', '2K', '--project']);
    expect(await readlink(projectFile(place))).toBe(dotfiles);
    expect(JSON.parse(await readFile(dotfiles, 'utf8'))).toEqual({ size: '2K' });
    expect((await stat(dotfiles)).mode & 0o777).toBe(0o600);
  });

  it.each([
    [['size', '3K'], 'size'],
    [['aspect', 'wide'], 'aspect'],
    [['max-cost', 'much'], 'dollars'],
    [['model', 'nano-bananas'], 'nano-bananas'],
    [['fallback', 'auto,nobody'], 'auto'],
    [['modle', 'auto'], '"model" is'],
    [['base-url', 'https://evil.example'], 'where your key is sent'],
    [['api-key', 'AIzaSomething'], 'history of the shell'],
    [['key', 'AIza-not-a-name-but-the-key-of-somebody'], 'takes the name of a key'],
    [['gateway', 'nobody'], 'there is no gateway "nobody"'],
    [['gateways.work.adress', 'https://llm.example.com'], 'there is no "adress"'],
    [['picture-hosts', 'https://cdn.example'], 'takes hosts alone'],
    [['prices', 'missing.json'], 'missing.json'],
    [['max-cost'], 'takes the name of a setting and a value'],
    [['gateway', 'openrouter', '--project'], 'cannot be set in a project'],
    [['prices', 'prices.json', '--project'], 'cannot be set in a project'],
    [['forget-after', '3', '--project'], 'cannot be set in a project'],
    [['gateways.work.like', 'litellm', '--project'], 'cannot be set in a project'],
    [['ask-above', '5', '--project'], 'ask earlier'],
  ])('refuses %j, and changes nothing', async (args, said) => {
    await using place = await withFiles({ user: '{ "size": "1K" }\n', project: '{ "lane": "flex" }\n' });
    await writeFile(
      join(place.dir, 'prices.json'),
      '{ "schema": "pixtab.prices/1", "source": "https://x.example", "checked": "2026-11-20", "prices": [{ "model": "nano-banana-2.1", "perImage": { "1K": "0.05" } }] }',
    );
    const { code, stderr } = await place.run(['config', 'set', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
    expect(stderr).not.toContain('AIza');
    expect(await readFile(userFile(place), 'utf8')).toBe('{ "size": "1K" }\n');
    expect(await readFile(projectFile(place), 'utf8')).toBe('{ "lane": "flex" }\n');
  });

  it('shows nobody the key that stands where its name belongs', async () => {
    const key = 'AIza-not-a-name-but-the-key-of-somebody';
    await using place = await withFiles({ user: JSON.stringify({ key }) });
    const { stdout: table } = await place.run(['config', 'list']);
    expect(table).toMatch(/key +\(secret\)/);
    for (const env of [{}, { PIXTAB_KEY: key }])
      for (const args of [['list'], ['list', '--json'], ['get', 'key'], ['set', 'key', 'work']]) {
        const { stdout, stderr } = await place.run(['config', ...args], { env });
        expect(`${stdout}${stderr}`).not.toContain('somebody');
      }
  });

  it('says where something else counts more', async () => {
    await using place = await withFiles({ project: '{ "max-cost": 1 }' });
    const set = (...args: string[]) => place.run(['config', 'set', ...args], { env: { PIXTAB_SIZE: '4K' } });
    expect((await set('size', '1K')).stderr).toContain('PIXTAB_SIZE counts more: 4K');
    expect((await set('max-cost', '5')).stderr).toContain('"max-cost" in .pixtab.json counts more: 1');
    expect((await set('max-cost', '0.10')).stderr).not.toContain('counts more');
  });

  it('sets parts of a gateway, which is asked then', async () => {
    await using place = await workplace();
    for (const [name = '', value = ''] of [
      ['like', 'litellm'],
      ['address', 'https://llm.example.com/gemini'],
      ['can', '{"files": false}'],
      ['headers.x-team', 'secret-of-the-team'],
    ])
      expect((await place.run(['config', 'set', `gateways.work.${name}`, value])).code).toBe(0);
    expect((await place.run(['config', 'set', 'gateway', 'work'])).code).toBe(0);
    const { stdout } = await place.run(['config', 'list']);
    expect(stdout).toMatch(/gateways\.work\.can\.files +false/);
    expect(stdout).toMatch(/gateways\.work\.headers\.x-team +\(secret\)/);
    expect(stdout).not.toContain('secret-of-the-team');
  });

  it('loses none of two changes at the same moment', async () => {
    await using place = await workplace();
    const names = ['size=1K', 'lane=flex', 'model=auto', 'retries=2', 'timeout=60', 'tier=1'];
    await Promise.all(names.map((one) => place.run(['config', 'set', ...one.split('=')])));
    expect(JSON.parse(await readFile(userFile(place), 'utf8'))).toEqual(
      Object.fromEntries(names.map((one) => one.split('='))),
    );
  });
});

describe('config list and get', () => {
  it('show what counts, and with --show-origin where it is from', async () => {
    await using place = await withFiles({
      user: '{ "size": "1K", "lane": "flex", "api-key": "AIzaTopSecret" }',
      project: '{ "size": "2K" }',
    });
    await chmod(userFile(place), 0o600);
    const { stdout } = await place.run(['config', 'list', '--show-origin'], { env: { PIXTAB_RPM: '60' } });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['setting', 'value', 'from'],
      ['size', '2K', '"size" in .pixtab.json'],
      ['lane', 'flex', `"lane" in ${userFile(place)}`],
      ['rpm', '60', 'PIXTAB_RPM'],
      ['api-key', '(secret)', `"api-key" in ${userFile(place)}`],
      [''],
    ]);
    expect(stdout).not.toContain('TopSecret');
    expect((await place.run(['config', 'get', 'size'])).stdout).toBe('2K\n');
    expect(await place.run(['config', 'get', 'aspect'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'aspect is not set.\n',
    });
    const key = await place.run(['config', 'get', 'api-key']);
    expect(key).toMatchObject({ code: 2, stdout: '' });
    expect((await place.run(['config', 'list', '--project', '--json'])).json()).toMatchObject({
      schema: 'pixtab.config/1',
      settings: [{ name: 'size', value: '2K', from: '"size" in .pixtab.json' }],
    });
  });

  it('say that nothing is set', async () => {
    await using place = await workplace();
    expect(await place.run(['config'])).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing is set.\n' });
  });
});

describe('a broken file', () => {
  it.each(['{ "modle": "auto" }', '{ "prices": 7 }'])('of %s is mended by unset', async (text) => {
    await using place = await withFiles({ user: text });
    expect((await place.run(['models'])).code).toBe(2);
    const [name = ''] = Object.keys(JSON.parse(text) as object);
    expect(await place.run(['config', 'unset', name])).toMatchObject({ code: 0 });
    expect((await place.run(['models'])).code).toBe(0);
  });

  it('is named by set, with the line, and is not written over', async () => {
    await using place = await withFiles({ user: '{\n  "size": "1K"\n  "lane": "flex"\n}' });
    const { code, stderr } = await place.run(['config', 'set', 'model', 'auto']);
    expect(code).toBe(2);
    expect(stderr).toContain('line 3');
    expect(await readFile(userFile(place), 'utf8')).toContain('"lane"');
    expect((await place.run(['config', 'path'])).stdout).toBe(`${userFile(place)}\n`);
  });

  it('with a name that is there twice is not changed', async () => {
    await using place = await withFiles({ user: '{ "size": "1K", "size": "2K" }' });
    expect((await place.run(['config', 'set', 'size', '4K'])).stderr).toContain('"size" is there twice');
  });
});

it("config path names the project's file at the root of the repository", async () => {
  await using place = await workplace();
  await mkdir(join(place.dir, '.git'));
  expect((await place.run(['config', 'path', '--project'])).stdout).toBe(`${projectFile(place)}\n`);
});

describe('config edit', () => {
  it('needs a terminal', async () => {
    await using place = await workplace();
    expect(await place.run(['config', 'edit'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(userFile(place)),
    });
  });

  it.skipIf(lacks("Python's pty"))(
    'opens the editor again until the text is right, and hands it no key',
    async () => {
      await using place = await withFiles({ user: '// mine\n{ "size": "1K" }\n' });
      const editor = join(place.dir, 'editor.sh');
      await writeFile(
        editor,
        `env > seen; cp "$1" "given-$(ls | wc -l)"; if [ -e broken ]; then echo '{ "size": "2K" }' > "$1"; else touch broken; echo '{ "size" ' > "$1"; fi`,
      );
      const started = startInTerminal([process.execPath, BIN, 'config', 'edit'], {
        cwd: place.dir,
        env: { ...place.env, EDITOR: `sh ${editor}`, GEMINI_API_KEY: 'AIza-not-for-editors' },
      });
      let shown = '';
      started.child.stdout.on('data', (text) => (shown += String(text)));
      await until('it asks', () => shown.includes('Edit it again? [y/N]'), started);
      started.child.stdin.write('y\n');
      const { code, stdout } = await started.ran;
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('saved') });
      expect(stdout).toContain('line 2: expected a colon');
      expect(await readFile(userFile(place), 'utf8')).toBe('{ "size": "2K" }\n');
      expect(await readFile(join(place.dir, 'seen'), 'utf8')).not.toContain('AIza');
    },
  );
});
