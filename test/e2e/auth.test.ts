import { execFile } from 'node:child_process';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BIN, startInTerminal, until } from '../../bench/process.mjs';
import { emulator } from '../support/emulator.ts';
import { lacks } from '../support/lacks.ts';
import { workplace, type Workplace } from './pixtab.ts';

const KEY = 'AIzaSyThisIsNoKeyAtAllButLooksLikeOne42';
const WORK = 'AIzaSyAnotherOneThatIsNoKeyAtAllEither7';

const keysFile = ({ home }: Workplace): string => join(home, 'state', 'keys.json');

interface Status {
  readonly key: { readonly from: string; readonly ending: string; readonly account: string } | null;
  readonly kept: readonly { readonly name: string; readonly provider: string; readonly account: string }[];
}

/** A workplace, and somebody at an address of its own who takes the key. */
async function withApi() {
  const place = await workplace();
  const api = await emulator({ body: '{"models": []}' });
  const env = { GOOGLE_GEMINI_BASE_URL: api.baseUrl };
  return {
    ...place,
    api,
    pixtab: (...args: string[]) => place.run(args, { env }),
    login: (key: string, ...args: string[]) =>
      place.run(['auth', 'login', '--file', ...args], { env, input: `${key}\n` }),
    status: async (...args: string[]) =>
      (await place.run(['auth', '--json', ...args], { env })).json<Status>(),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

describe('auth login', () => {
  it('tries the key for nothing, keeps it in a file that nobody else can read, and later runs use it', async () => {
    await using here = await withApi();
    const { code, stdout, stderr } = await here.login(KEY);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(`kept   key default, ends in ne42, in ${keysFile(here)}, which only you can read\n`);
    expect(here.api.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1beta/models?pageSize=1',
    ]);
    expect(here.api.requests[0]?.headers['x-goog-api-key']).toBe(KEY);
    expect((await stat(keysFile(here))).mode & 0o777).toBe(0o600);
    await here.pixtab('doctor', '--online');
    expect(here.api.requests.at(-1)?.headers['x-goog-api-key']).toBe(KEY);
  });

  it.each([
    ['is refused', 'bad-key', 'refused the API key'],
    ['is empty', '\n', 'No key was given'],
    ['has two lines', `${KEY}\n${WORK}`, 'characters that no key has'],
  ])('keeps nothing where the key %s', async (_, key, said) => {
    await using place = await workplace();
    const { code, stderr } = await place.run(['auth', 'login', '--sandbox'], { input: key });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(said) });
    await expect(stat(keysFile(place))).rejects.toThrow('ENOENT');
  });

  it.each([
    [['auth', 'login', KEY], 'a key is never part of the command line'],
    [['auth', KEY], 'auth takes'],
    [['auth', 'login', '--key', KEY], 'never the key itself'],
    [['models', '--key', KEY], 'pixtab auth login'],
    [['a cat', '--key', KEY], 'never the key itself'],
  ])('never repeats a key that stands on the command line: %#', async (args, said) => {
    await using place = await workplace();
    const { code, stdout, stderr } = await place.run(args, { env: { GEMINI_API_KEY: 'x' } });
    expect(code).toBe(2);
    expect(stderr.toLowerCase()).toContain(said.toLowerCase());
    expect(stdout + stderr).not.toContain(KEY);
  });

  it('does not keep a rehearsal in the sandbox as a key for real', async () => {
    await using here = await withApi();
    expect((await here.login('any-key-will-do', '--sandbox')).code).toBe(0);
    expect(await here.pixtab('auth', 'status')).toMatchObject({ code: 3 });
    expect((await here.status()).kept).toMatchObject([{ provider: 'sandbox', name: 'default' }]);
  });

  it('keeps the key of a gateway apart from that of Google', async () => {
    await using here = await withApi();
    await here.login(KEY);
    await here.login('sk-or-v1-of-the-gateway-0123', '--gateway', 'openrouter', '--no-check');
    expect((await here.status('--gateway', 'openrouter')).key).toMatchObject({ ending: '0123' });
    expect((await here.status()).key).toMatchObject({ ending: 'ne42' });
  });

  it('says where another key counts before it', async () => {
    await using place = await workplace({ settings: { GEMINI_API_KEY: WORK } });
    const { stderr } = await place.run(['auth', 'login', '--file', '--no-check'], { input: KEY });
    expect(stderr).toContain('Here GEMINI_API_KEY counts before it.');
  });

  it('loses none of several keys that are kept at the same moment', async () => {
    await using here = await withApi();
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => here.login(KEY, '--key', name, '--no-check')));
    expect((await here.status()).kept.map(({ name }) => name).toSorted()).toEqual(names);
  });

  it.skipIf(lacks("Python's pty"))('asks on a terminal, and shows nothing of what is typed', async () => {
    await using place = await workplace();
    const command = [process.execPath, BIN, 'auth', 'login', '--file', '--no-check'];
    const started = startInTerminal(command, { cwd: place.dir, env: place.env });
    let shown = '';
    started.child.stdout.on('data', (text) => (shown += String(text)));
    await until('it asks', () => shown.includes('API key of Google'), started);
    // A slip is taken back, as on any terminal.
    started.child.stdin.write(`${KEY}x\u007F\r`);
    const { code } = await started.ran;
    expect({ code, shown }).toEqual({ code: 0, shown: expect.stringContaining('ends in ne42') });
    expect(shown).not.toContain('AIza');
    expect(await readFile(keysFile(place), 'utf8')).toContain(`"${KEY}"`);
  });
});

describe('several keys', () => {
  it('are chosen by flag, variable or setting, and the ledger knows which one paid', async () => {
    await using here = await withApi();
    await here.login(KEY);
    await here.login(WORK, '--key', 'work');
    const endingOf = async (...args: string[]) => (await here.status(...args)).key?.ending;
    expect(await endingOf()).toBe('ne42');
    expect(await endingOf('--key', 'work')).toBe('her7');
    const env = { GOOGLE_GEMINI_BASE_URL: here.api.baseUrl, GEMINI_API_KEY: 'AIzaSyOfTheEnvironment0000' };
    const ending = async (more: Record<string, string>) =>
      (await here.run(['auth', '--json'], { env: { ...env, ...more } })).json<Status>().key?.ending;
    expect(await ending({ PIXTAB_KEY: 'work' })).toBe('her7');
    await here.pixtab('config', 'set', 'key', 'work');
    expect(await endingOf()).toBe('her7');
    // A setting stands for the usual key, and the environment counts before that.
    expect(await ending({})).toBe('0000');
    const accounts = new Set((await here.status()).kept.map(({ account }) => account));
    expect(accounts.size).toBe(2);
    await here.pixtab('a cat', '--key', 'work', '--yes', '--retries', '0');
    const { rows } = (await here.pixtab('history', '--json')).json<{ rows: { account: string }[] }>();
    expect(rows.map(({ account }) => account)).toEqual([(await here.status('--key', 'work')).key?.account]);
  });

  it('are named where one is asked for that is not there', async () => {
    await using here = await withApi();
    const { code, stderr } = await here.pixtab('auth', 'status', '--key', 'play');
    expect(code).toBe(3);
    expect(stderr).toContain('No key of google is kept as play, which --key names.');
  });

  it('are not chosen by a folder', async () => {
    await using here = await withApi();
    await writeFile(join(here.dir, '.env'), 'PIXTAB_KEY=work\n');
    const { stderr } = await here.pixtab('auth', 'status');
    expect(stderr).toContain(
      'PIXTAB_KEY in .env is ignored: a file must not decide which of your keys pays.',
    );
    expect((await here.pixtab('config', 'set', 'key', 'work', '--project')).code).toBe(2);
  });
});

describe('auth status', () => {
  it('ends with 3 where there is no key, and says how to get one', async () => {
    await using place = await workplace();
    const { code, stderr } = await place.run(['auth']);
    expect(code).toBe(3);
    expect(stderr).toContain('pixtab auth login');
  });

  it('shows where the key is, its last letters and its account, and no more of it', async () => {
    await using place = await workplace({ settings: { GEMINI_API_KEY: KEY, PIXTAB_TIER: '2' } });
    const { code, stdout } = await place.run(['auth']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^key {6}GEMINI_API_KEY, ends in ne42\naccount {2}generativelanguage\.googleapis\.com#[\da-f]{12}\ntier {5}2 \(PIXTAB_TIER\)\n$/,
    );
    expect((await place.run(['auth'], { env: { GEMINI_API_KEY: 'short' } })).stdout).not.toContain('ort');
  });

  it('warns where others can read the file', async () => {
    await using here = await withApi();
    await here.login(KEY);
    await chmod(keysFile(here), 0o644);
    expect((await here.pixtab('auth')).stderr).toContain(`Others can read ${keysFile(here)}: chmod 600`);
  });
});

describe('auth logout', () => {
  it('lets go of one key, or of all', async () => {
    await using here = await withApi();
    for (const name of ['default', 'work', 'play']) await here.login(KEY, '--key', name);
    expect((await here.pixtab('auth', 'logout', '--key', 'work')).code).toBe(0);
    expect((await here.status()).kept.map(({ name }) => name)).toEqual(['default', 'play']);
    expect(await here.pixtab('auth', 'logout', '--key', 'work')).toMatchObject({ code: 2 });
    expect((await here.pixtab('auth', 'logout', '--all')).code).toBe(0);
    expect(await readFile(keysFile(here), 'utf8')).not.toContain(KEY);
    expect(await here.pixtab('a cat')).toMatchObject({ code: 3 });
  });
});

/** What runs in a session of its own, with a keychain that is open or locked. */
const SESSION = `
export XDG_RUNTIME_DIR="$PIXTAB_HOME" XDG_DATA_HOME="$PIXTAB_HOME/data" HOME="$PIXTAB_HOME"
mkdir -p "$PIXTAB_HOME" && chmod 700 "$PIXTAB_HOME"
printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
pixtab() { "$NODE" "$BIN" "$@" 2>&1; }
`;

describe.skipIf(lacks('a secret service to start (dbus-run-session, gnome-keyring-daemon)'))(
  'the keychain of the system',
  () => {
    async function session({ dir, env }: Workplace, script: string): Promise<string> {
      const { stdout } = await promisify(execFile)(
        'dbus-run-session',
        ['--', 'sh', '-c', `${SESSION}${script}; true`],
        {
          cwd: dir,
          env: { ...env, NODE: process.execPath, BIN },
        },
      );
      return stdout;
    }

    it('keeps the key, so that no file has it, and gives it back until it is let go of', async () => {
      await using place = await workplace();
      const said = await session(
        place,
        `echo ${KEY} | pixtab auth login --no-check; pixtab auth; grep -r ${KEY} "$PIXTAB_HOME"; pixtab auth logout; pixtab auth`,
      );
      expect(said).toContain('kept   key default, ends in ne42, in the keychain\n');
      expect(said).toContain('key      the keychain, ends in ne42\n');
      expect(said).not.toContain(KEY);
      expect(said).toContain('gone   key default of google, ends in ne42\n');
      expect(said).toMatch(/There is no API key\.\n.*\n$/);
    });

    it('is done without where it is locked and nobody can open it, which is said', async () => {
      await using place = await workplace();
      await session(place, `echo ${KEY} | pixtab auth login --no-check`);
      const said = await session(
        place,
        `dbus-send --session --dest=org.freedesktop.secrets --print-reply /org/freedesktop/secrets \\
          org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
        pixtab auth; echo ${WORK} | pixtab auth login --no-check; pixtab auth`,
      );
      expect(said).toContain('The keychain cannot be used');
      expect(said).toContain('note   The keychain did not take it');
      expect(said).toContain(`which only you can read`);
      expect(said).toContain('ends in her7');
    });
  },
);
