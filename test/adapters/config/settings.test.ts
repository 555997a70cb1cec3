import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../src/adapters/config/settings.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Settings, SettingsFlags } from '../../../src/ports/index.ts';
import { failure, rejection } from '../../support/failure.ts';
import { type TempDir, tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

type Env = Readonly<Record<string, string>>;

/** A folder with a home for settings beside the one that is worked in. */
async function scene(files: Readonly<Record<string, string>> = {}): Promise<TempDir> {
  const folder = await tempDir();
  await mkdir(folder.at('work'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(folder.at(name)), { recursive: true });
    await writeFile(folder.at(name), text, { mode: 0o600 });
  }
  return folder;
}

const read = (folder: TempDir, env: Env = {}, flags: SettingsFlags = {}, cwd = 'work') =>
  settings({ env: { PIXTAB_HOME: folder.at('home'), ...env }, cwd: folder.at(cwd) }, flags);

async function keyIn(settings: Settings) {
  const credentials = await settings.credentials();
  return credentials && { key: credentials.headers()['x-goog-api-key'], from: credentials.from };
}

const USER = 'home/config/config.json';

describe('settings', () => {
  it('are the defaults where nothing is set', async () => {
    await using folder = await scene();
    const found = await read(folder);
    expect({ ...found }).toEqual({
      profile: GOOGLE,
      credentials: expect.any(Function),
      baseUrl: { value: 'https://generativelanguage.googleapis.com', from: 'default' },
      further: [],
      sandbox: false,
      pictureHosts: [],
      defaults: {},
      origins: {},
      notices: [],
      details: [],
    });
  });

  it.each<[string, Env, Env, readonly string[]]>([
    [
      'a list',
      { [USER]: '{"picture-hosts": ["cdn.example", "*.b.example:8443"]}' },
      {},
      ['cdn.example', '*.b.example:8443'],
    ],
    ['a text', {}, { PIXTAB_PICTURE_HOSTS: 'CDN.example, b.example' }, ['cdn.example', 'b.example']],
    ['nothing in .env', { 'work/.env': 'PIXTAB_PICTURE_HOSTS=cdn.example' }, {}, []],
  ])('allow hosts for pictures as %s', async (_, files, env, hosts) => {
    await using folder = await scene(files);
    expect((await read(folder, env)).pictureHosts).toEqual(hosts);
  });

  const asUtf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

  it.each<[string, (text: string) => Buffer]>([
    ['UTF-16, as PowerShell writes it', asUtf16],
    ['UTF-16 of the other order', (text) => asUtf16(text).swap16()],
    ['UTF-8 with a mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['quotation marks', (text) => Buffer.from(text.replace(/AIza-\w+/, '"$&"'))],
  ])('understand a key in %s', async (_, written) => {
    await using folder = await scene();
    await writeFile(folder.at('work', '.env'), written('GEMINI_API_KEY=AIza-dotenv\r\n'));
    await writeFile(folder.at('key'), written('AIza-file\r\n'), { mode: 0o600 });
    expect(await keyIn(await read(folder))).toEqual({ key: 'AIza-dotenv', from: 'GEMINI_API_KEY in .env' });
    expect((await keyIn(await read(folder, {}, { apiKeyFile: folder.at('key') })))?.key).toBe('AIza-file');
  });

  it('name a file that is neither UTF-8 nor says what it is', async () => {
    await using folder = await scene();
    const bare = Buffer.from('GEMINI_API_KEY=AIza-dotenv', 'utf16le');
    await writeFile(folder.at('key'), bare, { mode: 0o600 });
    expect(await rejection(read(folder, {}, { apiKeyFile: folder.at('key') }))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^--api-key-file: .*key is no UTF-8 text\.$/),
      hint: 'Save it as UTF-8.',
    });
    await writeFile(folder.at('work', '.env'), bare);
    expect(await rejection(read(folder))).toMatchObject({ message: '.env is no UTF-8 text.' });
  });

  it.skipIf(lacks('files as POSIX has them'))(
    'warn where others can read the settings file that the key is taken from',
    async () => {
      await using folder = await scene({ [USER]: '{"api-key": "AIza-user"}' });
      expect((await read(folder)).notices).toEqual([]);
      await chmod(folder.at(USER), 0o644);
      const open = [`Others can read "api-key" in ${folder.at(USER)}: chmod 600 makes it yours alone.`];
      expect((await read(folder)).notices).toEqual(open);
      expect((await read(folder, { PIXTAB_BASE_URL: 'https://relay.example' })).notices).toEqual(open);
      expect((await read(folder, { PIXTAB_GATEWAY: 'openrouter' })).notices).toEqual([]);
      expect((await read(folder, { GEMINI_API_KEY: 'AIza-mine' })).notices).toEqual([]);
    },
  );

  it('refuse what is no host for pictures only where it is used, and a project that names one', async () => {
    await using folder = await scene();
    const found = await read(folder, { PIXTAB_PICTURE_HOSTS: 'https://cdn.example' });
    expect(() => found.pictureHosts).toThrow('PIXTAB_PICTURE_HOSTS takes hosts alone.');
    await using project = await scene({ 'work/.pixtab.json': '{"picture-hosts": "cdn.example"}' });
    expect(await rejection(read(project))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('picture-hosts'),
    });
  });

  it.each([
    ['above it', '../outside/', false],
    ['at an absolute path', '/tmp/outside/', false],
    ['by way of a link', 'led/new/', false],
    ['above it on the way', 'art/../../outside/{slug}', false],
    ['in it', 'art/{date}/', true],
    ['in a name that begins like the way up', '..art/', true],
  ])('let a folder have files written in it alone: %s', async (_, place, isTaken) => {
    const files = {
      'outside/mine': '',
      'work/.pixtab.json': JSON.stringify({ out: place, store: place }),
      'work/.env': `PIXTAB_OUT=${place}`,
    };
    await using folder = await scene(files);
    await symlink(folder.at('outside'), folder.at('work/led'));
    const found = await read(folder);
    expect(found.defaults).toEqual(isTaken ? { out: place, store: place } : {});
    expect(found.notices).toEqual(
      (isTaken ? [] : ['PIXTAB_OUT in .env', '"out" in .pixtab.json', '"store" in .pixtab.json']).map(
        (from) => `${from} is ignored: a folder must not have files written outside of it.`,
      ),
    );
    expect((await read(folder, { PIXTAB_OUT: place })).defaults['out']).toBe(place);
  });

  it('let the file of a project that is worked on from below put files anywhere in it', async () => {
    await using folder = await scene({ 'work/.pixtab.json': '{"out": "../art/"}', 'work/.git/HEAD': '' });
    await mkdir(folder.at('work/below'));
    expect((await read(folder, {}, {}, 'work/below')).defaults).toEqual({ out: '../art/' });
  });

  it('come from the strongest source that has them', async () => {
    const files = {
      'work/.env': 'PIXTAB_SIZE=2K\nPIXTAB_ASPECT=3:4\nPIXTAB_MODEL=dotenv',
      'work/.pixtab.json': '{"aspect": "4:5", "format": "webp", "model": "project", "max-cost": 0.25}',
      [USER]: '{"format": "png", "quality": 80, "model": "user", "fallback": ["a", "b"]}',
    };
    await using folder = await scene(files);
    const { defaults, origins } = await read(folder, { PIXTAB_MODEL: 'environment' });
    expect(defaults).toEqual({
      model: 'environment',
      size: '2K',
      aspect: '3:4',
      format: 'webp',
      'max-cost': '0.25',
      quality: '80',
      fallback: 'a,b',
    });
    expect(origins).toMatchObject({
      model: 'PIXTAB_MODEL',
      size: 'PIXTAB_SIZE in .env',
      format: '"format" in .pixtab.json',
      quality: `"quality" in ${folder.at(USER)}`,
    });
  });

  it.each([
    ['of two, the smaller', { PIXTAB_MAX_COST: '5' }, '{"max-cost": 1}', '{"max-cost": 2}', '1'],
    [
      'of two, the smaller, with its dollar sign',
      { PIXTAB_MAX_COST: '$0.5' },
      '{}',
      '{"max-cost": 2}',
      '$0.5',
    ],
    [
      'whatever is no amount, so that it is refused',
      { PIXTAB_MAX_COST: '1' },
      '{}',
      '{"max-cost": "much"}',
      'much',
    ],
    ['of ten and nine, nine', { PIXTAB_MAX_COST: '10' }, '{}', '{"max-cost": 9}', '9'],
  ])('hold back most by the strictest limit: %s', async (_, env, project, user, strictest) => {
    await using folder = await scene({ 'work/.pixtab.json': project, [USER]: user });
    expect((await read(folder, env)).defaults['max-cost']).toBe(strictest);
  });

  it('ask earlier where a folder says so, and never later', async () => {
    for (const name of ['.env', '.pixtab.json']) {
      const written = (amount: string) =>
        name === '.env' ? `PIXTAB_ASK_ABOVE=${amount}` : `{"ask-above": ${amount}}`;
      await using earlier = await scene({ [`work/${name}`]: written('0.20') });
      expect(await read(earlier)).toMatchObject({
        defaults: { 'ask-above': expect.stringMatching(/^0\.20?$/) },
        notices: [],
      });
      await using later = await scene({ [`work/${name}`]: written('500') });
      expect(await read(later)).toMatchObject({
        defaults: {},
        notices: [
          expect.stringMatching(/ is ignored: a folder may make pixtab ask earlier than above \$1\.00, /),
        ],
      });
    }
    await using own = await scene({ [USER]: '{"ask-above": 500}' });
    expect((await read(own)).defaults['ask-above']).toBe('500');
  });

  it('take an empty variable for unset', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_MODEL=' });
    const found = await read(folder, {
      GEMINI_API_KEY: ' ',
      GOOGLE_API_KEY: 'second',
      PIXTAB_SIZE: '',
      PIXTAB_BASE_URL: '',
      PIXTAB_SANDBOX: '',
    });
    expect(await keyIn(found)).toEqual({ key: 'second', from: 'GOOGLE_API_KEY' });
    expect(found.defaults).toEqual({});
    expect(found.baseUrl.from).toBe('default');
    expect(found.sandbox).toBe(false);
    expect(found.notices).toEqual([]);
  });
});

describe('the key', () => {
  const everywhere = {
    'work/key.txt': '  from-flag\r\n',
    'work/.env': 'GEMINI_API_KEY="from-dotenv"',
    'work/.pixtab.json': '{"api-key": "from-project"}',
    [USER]: '{"api-key": "from-user"}',
  };

  it.each([
    ['flag', { GEMINI_API_KEY: 'from-env' }, { apiKeyFile: 'key.txt' }, everywhere, '--api-key-file key.txt'],
    ['env', { GEMINI_API_KEY: ' from-env\n' }, {}, everywhere, 'GEMINI_API_KEY'],
    ['dotenv', {}, {}, everywhere, 'GEMINI_API_KEY in .env'],
    ['project', {}, {}, { ...everywhere, 'work/.env': '' }, '"api-key" in .pixtab.json'],
  ] as const)('from the %s comes before what is weaker', async (source, env, flags, files, from) => {
    await using folder = await scene(files);
    expect(await keyIn(await read(folder, env, flags))).toEqual({ key: `from-${source}`, from });
  });

  it('may stand in the user file', async () => {
    await using folder = await scene({ [USER]: '{"api-key": "from-user"}' });
    expect((await keyIn(await read(folder)))?.key).toBe('from-user');
  });

  it('of the environment comes before one of another name in .env', async () => {
    await using folder = await scene({ 'work/.env': 'GEMINI_API_KEY=dotenv' });
    expect((await keyIn(await read(folder, { GOOGLE_API_KEY: 'environment' })))?.key).toBe('environment');
  });

  it('is GEMINI_API_KEY when both are set, and that is said', async () => {
    await using folder = await scene();
    const found = await read(folder, { GEMINI_API_KEY: 'one', GOOGLE_API_KEY: 'two' });
    expect((await keyIn(found))?.key).toBe('one');
    expect(found.notices).toEqual([
      'GEMINI_API_KEY and GOOGLE_API_KEY are both set; GEMINI_API_KEY is used.',
    ]);
  });

  it('never is the user’s own in the sandbox', async () => {
    await using folder = await scene(everywhere);
    const found = await read(folder, { GEMINI_API_KEY: 'from-env' }, { sandbox: true });
    expect((await keyIn(found))?.key).toBe('pixtab-sandbox');
    expect(found.profile.sandbox).toBe(true);
  });

  it.each([
    ['are the same', { GEMINI_API_KEY: 'one', GOOGLE_API_KEY: 'one' }, {}],
    ['do not matter', { GEMINI_API_KEY: 'one', GOOGLE_API_KEY: 'two' }, { sandbox: true }],
  ])('is not spoken of when both are set and %s', async (_why, env, flags) => {
    await using folder = await scene();
    expect((await read(folder, env, flags)).notices).toEqual([]);
  });

  it.each(['two words', 'line\nbreak', '“quoted”', 'nul\u0000', 'ключ', 'zero\u200Bwidth'])(
    'that reads %j is refused by its place, only where it is needed, and never shown',
    async (key) => {
      await using folder = await scene();
      const found = await read(folder, { GEMINI_API_KEY: key });
      const { kind, message, hint } = await rejection(found.credentials());
      expect(kind).toBe('auth');
      expect(message).toContain('GEMINI_API_KEY');
      expect(`${message} ${hint}`).not.toContain(key);
    },
  );

  it.each([
    ['missing.txt', 'usage', 'there is no file missing.txt'],
    ['', 'usage', 'is a folder'],
    ['folder', 'usage', 'folder is a folder'],
    ['empty.txt', 'auth', 'empty.txt is empty'],
  ])('file %j is refused: %s, %s', async (path, kind, message) => {
    await using folder = await scene({ 'work/empty.txt': ' \n', 'work/folder/x': '' });
    const refused = await rejection(read(folder, { GEMINI_API_KEY: 'k' }, { apiKeyFile: path }));
    expect(refused.kind).toBe(kind);
    expect(refused.message).toMatch(/^--api-key-file/);
    expect(refused.message).toContain(message);
  });

  it('file may begin with a byte order mark', async () => {
    await using folder = await scene({ 'work/key.txt': '\uFEFFkey' });
    expect((await keyIn(await read(folder, {}, { apiKeyFile: 'key.txt' })))?.key).toBe('key');
  });

  it.skipIf(process.platform === 'win32')('file that others can read is mentioned', async () => {
    await using folder = await scene({ 'work/key.txt': 'key' });
    const noticesWith = async (mode: number) => {
      await chmod(folder.at('work/key.txt'), mode);
      return (await read(folder, {}, { apiKeyFile: 'key.txt' })).notices;
    };
    expect(await noticesWith(0o600)).toEqual([]);
    for (const mode of [0o640, 0o604]) {
      expect(await noticesWith(mode)).toEqual([expect.stringContaining('chmod 600')]);
    }
  });
});

describe('the base URL', () => {
  it.each([
    [{}, {}, 'https://generativelanguage.googleapis.com', 'default'],
    [{ GOOGLE_GEMINI_BASE_URL: 'https://b.example' }, {}, 'https://b.example', 'GOOGLE_GEMINI_BASE_URL'],
    [
      { GOOGLE_GEMINI_BASE_URL: 'https://b.example', PIXTAB_BASE_URL: 'https://a.example' },
      {},
      'https://a.example',
      'PIXTAB_BASE_URL',
    ],
    [
      { PIXTAB_BASE_URL: 'https://a.example' },
      { baseUrl: 'http://127.0.0.1:1' },
      'http://127.0.0.1:1',
      '--base-url',
    ],
  ] as const)('with %j and %j is %s', async (env, flags, value, from) => {
    await using folder = await scene();
    expect((await read(folder, env, flags)).baseUrl).toEqual({ value, from });
  });

  it('that is given empty is refused instead of going to Google', async () => {
    await using folder = await scene();
    const found = await read(folder, {}, { baseUrl: '' });
    expect(failure(() => found.baseUrl).message).toMatch(/^--base-url must/);
  });

  it('that is wrong does not disturb what sends nothing', async () => {
    await using folder = await scene();
    const found = await read(folder, { PIXTAB_BASE_URL: 'http://example.com' });
    expect(found.sandbox).toBe(false);
    expect(failure(() => found.baseUrl).kind).toBe('usage');
  });

  it.each(['PIXTAB_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'])(
    'cannot be redirected by %s in .env',
    async (name) => {
      await using folder = await scene({ 'work/.env': `${name}=https://thief.example` });
      const found = await read(folder);
      expect(found.baseUrl.from).toBe('default');
      expect(found.notices).toEqual([expect.stringMatching(new RegExp(`^${name} in .env is ignored`))]);
    },
  );

  it('in .env is not spoken of when the environment decides', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_BASE_URL=https://a.example' });
    expect((await read(folder, { PIXTAB_BASE_URL: 'https://a.example' })).notices).toEqual([]);
  });

  it.each(['base-url', 'baseUrl', 'GOOGLE_GEMINI_BASE_URL'.toLowerCase().replaceAll('_', '-')])(
    'cannot be set as %j in a project or user file',
    async (name) => {
      for (const file of ['work/.pixtab.json', USER]) {
        await using folder = await scene({ [file]: JSON.stringify({ [name]: 'https://thief.example' }) });
        const refused = await rejection(read(folder));
        expect(refused.kind).toBe('usage');
        expect(refused.message).toContain('cannot be set in a file');
      }
    },
  );
});

describe('the sandbox', () => {
  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['', false],
  ])('is switched by PIXTAB_SANDBOX=%j to %s', async (value, on) => {
    await using folder = await scene();
    expect((await read(folder, { PIXTAB_SANDBOX: value })).sandbox).toBe(on);
  });

  it('may be switched on in .env, and off again by the environment', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_SANDBOX=1' });
    expect((await read(folder)).sandbox).toBe(true);
    expect((await read(folder, { PIXTAB_SANDBOX: '0' })).sandbox).toBe(false);
    expect((await read(folder, { PIXTAB_SANDBOX: '0' }, { sandbox: true })).sandbox).toBe(true);
  });

  it('is never guessed: another value is refused, for real money is on the other side', async () => {
    await using folder = await scene();
    const refused = await rejection(read(folder, { PIXTAB_SANDBOX: 'yes please' }));
    expect(refused.kind).toBe('usage');
    expect(refused.message).toMatch(/^PIXTAB_SANDBOX must/);
  });
});

describe('prices of an account', () => {
  it('are taken from the user, and found from where the file is', async () => {
    await using folder = await scene({ 'home/config/config.json': '{"prices": "mine.json"}' });
    const found = await read(folder, { PIXTAB_HOME: folder.at('home') });
    expect(found.defaults['prices']).toBe(folder.at('home', 'config', 'mine.json'));
  });

  it('are never taken from a folder one happens to stand in', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_PRICES=cheap.json' });
    const found = await read(folder);
    expect(found.defaults).not.toHaveProperty('prices');
    expect(found.notices.join(' ')).toMatch(/PIXTAB_PRICES in \.env is ignored/);
  });
});

describe('a settings file', () => {
  it.each([
    ['{"modle": "auto"}', '"modle" is no setting; "model" is.'],
    ['{"maxCost": 1}', '"maxCost" is no setting; "max-cost" is.'],
    ['{"zzzzzzzzzzz": 1}', '"zzzzzzzzzzz" is no setting.'],
    ['{"price": 1}', '"price" cannot be set in a file'],
    ['{"prices": {}}', '"prices" must be a text.'],
    ['{"prices": "cheap.json"}', '"prices" cannot be set in a project\'s file'],
    ['{"quality": true}', '"quality" must be a text or a number.'],
    ['{"model": null}', '"model" must be a text or a number.'],
    ['{"api-key": 5}', '"api-key" must be a text.'],
    ['[]', 'must hold an object'],
    ['{\n  "model": "auto"\n  "size": "1K"\n}', 'line 3: expected a comma or }.'],
    ['', 'line 1: expected a value.'],
  ])('that reads %j is refused: %s', async (text, message) => {
    await using folder = await scene({ 'work/.pixtab.json': text });
    const refused = await rejection(read(folder));
    expect(refused.kind).toBe('usage');
    expect(refused.message).toMatch(/^\.pixtab\.json/);
    expect(refused.message).toContain(message);
  });

  it('may begin with a byte order mark, and leave a setting empty', async () => {
    await using folder = await scene({ 'work/.pixtab.json': '\uFEFF{"model": " ", "size": 512}' });
    expect((await read(folder)).defaults).toEqual({ size: '512' });
  });

  it('that cannot be read is named', async () => {
    await using folder = await scene({ 'work/.pixtab.json/inside': '' });
    expect((await rejection(read(folder))).message).toBe('.pixtab.json cannot be read (EISDIR).');
  });

  it('is the nearest one above, as far as the repository goes', async () => {
    await using folder = await scene({
      '.pixtab.json': '{"model": "outside"}',
      'work/.git/HEAD': '',
      'work/.pixtab.json': '{"model": "root"}',
      'work/a/.pixtab.json': '{"model": "a"}',
      'work/a/b/c/x': '',
      'work/d/x': '',
    });
    expect((await read(folder, {}, {}, 'work/a/b/c')).defaults).toEqual({ model: 'a' });
    expect((await read(folder, {}, {}, 'work/d')).defaults).toEqual({ model: 'root' });
  });

  it('above the repository counts for nothing', async () => {
    await using folder = await scene({ '.pixtab.json': '{"model": "outside"}', 'work/.git': 'gitdir: x' });
    expect((await read(folder)).defaults).toEqual({});
  });

  it('above a folder that is in no repository counts for nothing', async () => {
    await using folder = await scene({ '.pixtab.json': '{"model": "anybody"}' });
    expect((await read(folder)).defaults).toEqual({});
  });
});

describe('variables', () => {
  it('that pixtab does not know are mentioned with what was meant', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_SIZES=2K' });
    expect((await read(folder, { PIXTAB_MAXCOST: '1', OTHER: 'x' })).notices).toEqual([
      'PIXTAB_MAXCOST does nothing; PIXTAB_MAX_COST would.',
      'PIXTAB_SIZES in .env does nothing; PIXTAB_SIZE would.',
    ]);
  });

  it('of another billing platform are ignored, and only worth a word to who asks', async () => {
    await using folder = await scene();
    const found = await read(folder, { GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_PROJECT: 'p' });
    expect(found.notices).toEqual([]);
    expect(found.details).toEqual([
      expect.stringMatching(/^Ignored: GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_CLOUD_PROJECT\./),
    ]);
  });

  it('in .env do not move the books of whoever stands in the folder', async () => {
    await using folder = await scene({ 'work/.env': 'PIXTAB_HOME=/elsewhere', [USER]: '{"size": "2K"}' });
    const found = await read(folder);
    expect(found.defaults).toEqual({ size: '2K' });
    expect(found.notices).toEqual([expect.stringContaining('PIXTAB_HOME in .env does nothing')]);
  });

  it('in a folder named .env, as virtual environments are, are none', async () => {
    await using folder = await scene({ 'work/.env/bin/python': '' });
    expect(await keyIn(await read(folder))).toBeNull();
  });
});
