import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidate, imagePart, PIXEL } from '../../support/answers.ts';
import { lacks } from '../../support/lacks.ts';
import { message, rawServer } from '../../support/raw-server.ts';
import { workplace, type Workplace } from '../pixtab.ts';

// A folder that somebody sent: its manifest, lock, settings, links and devices. What single readers refuse is in their own tests:
// test/adapters/manifest, test/adapters/prices, test/adapters/config, test/core/files; here is what only the whole shows.

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const MANIFEST = 'images:\n  - { id: cat, prompt: a cat, out: art/cat.png }\n';
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/;

/** A project with a picture, beside a folder that is none of its business. */
async function project(): Promise<Workplace & { readonly outside: string; at(...parts: string[]): string }> {
  const here = await workplace({ settings: { PIXTAB_SANDBOX: '1' } });
  const outside = join(here.dir, '..', 'outside');
  await mkdir(outside);
  await writeFile(join(here.dir, 'pixtab.yaml'), MANIFEST);
  await here.run(['apply', '--yes']);
  return { ...here, outside, at: (...parts) => join(here.dir, ...parts) };
}

const apply = async (here: Workplace, ...args: readonly string[]) => {
  const ran = await here.run(['apply', '--yes', ...args]);
  expect(ran.code === 1 ? ran.stderr : '').toBe('');
  expect(ran.stderr).not.toMatch(OBEYED);
  return ran;
};

describe('a lock that lies', () => {
  let here: Awaited<ReturnType<typeof project>>;
  let honest = '';
  beforeAll(async () => {
    here = await project();
    honest = await readFile(here.at('pixtab.lock'), 'utf8');
  });
  afterAll(() => here[Symbol.asyncDispose]());

  it.each([
    ['a path above the project', { path: '../outside/cat.png' }],
    ['a path that leaves it on the way', { path: 'art/../../outside/cat.png' }],
    ['an absolute path', { path: '/etc/hostname' }],
    ['a path of Windows', { path: '..\\outside\\cat.png' }],
    ['a path that wants to be obeyed', { path: '\u001B[2J\u202Egnp.exe' }],
    ['a picture that was never bought', { sha256: '0'.repeat(64) }],
    ['another order', { hash: '0'.repeat(64) }],
    ['a price below zero', { cost: '-1000' }],
    ['a price that is no number', { cost: 'NaN' }],
    ['a price beyond every number', { cost: '1e308' }],
    ['more bytes than there are', { bytes: 1e308 }],
    ['a day that there is not', { date: '2026-99-99' }],
    ['a model that wants to be obeyed', { model: '\u001B]0;mine\u0007' }],
  ])('about %s buys nothing again and writes nothing elsewhere', async (_, lie) => {
    const [head = '', line = ''] = honest.split('\n');
    await writeFile(
      here.at('pixtab.lock'),
      `${head}\n${JSON.stringify({ ...(JSON.parse(line) as object), ...lie })}\n`,
    );
    for (const command of [['plan'], ['plan', '--json'], ['verify'], ['apply', '--yes']]) {
      const { code, stdout, stderr } = await here.run(command);
      expect([command, code === 1 ? stderr : '']).toEqual([command, '']);
      expect(stderr + (command.includes('--json') ? '' : stdout)).not.toMatch(OBEYED);
    }
    expect(await readdir(here.outside)).toEqual([]);
    const { total } = (await here.run(['spend', '--json'])).json<{ total: { requests: number } }>();
    expect(total.requests).toBe(1);
  });

  it('a hundred thousand times is read once, and in a thousand ways is refused', async () => {
    const [head = '', line = ''] = honest.split('\n');
    await writeFile(here.at('pixtab.lock'), `${head}\n${`${line}\n`.repeat(100_000)}`);
    expect((await apply(here)).stdout).toBe('');
    const other = (at: number) => line.replace('"bytes":', `"bytes":${at}`);
    await writeFile(
      here.at('pixtab.lock'),
      [head, ...Array.from({ length: 1_100 }, (_, at) => other(at)), ''].join('\n'),
    );
    const { code, stderr } = await apply(here);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('more than 1000 lines'),
    });
  });
});

describe('a name that leads elsewhere', () => {
  it.each<[string, (here: Awaited<ReturnType<typeof project>>) => Promise<void>]>([
    ['a folder', async (here) => symlink(here.outside, here.at('art'))],
    [
      'a file',
      async (here) =>
        mkdir(here.at('art')).then(() => symlink(join(here.outside, 'mine'), here.at('art/cat.png'))),
    ],
    [
      'a file that is not there yet',
      async (here) =>
        mkdir(here.at('art')).then(() => symlink(join(here.outside, 'new'), here.at('art/cat.png'))),
    ],
    ['the lock', async (here) => symlink(join(here.outside, 'lock'), here.at('pixtab.lock'))],
  ])('is not written through: %s', async (_, lead) => {
    await using here = await project();
    await rm(here.at('art'), { recursive: true });
    await rm(here.at('pixtab.lock'));
    await writeFile(join(here.outside, 'mine'), 'precious');
    await lead(here);
    await apply(here);
    expect(await readdir(here.outside)).toEqual(['mine']);
    expect(await readFile(join(here.outside, 'mine'), 'utf8')).toBe('precious');
  });

  // A device that never ends: each of these took all memory before.
  it.each([
    ['pixtab.lock', ['plan']],
    ['pixtab.yaml', ['plan', '-f', 'pixtab.yaml']],
    ['.env', ['estimate', 'a cat']],
    ['.pixtab.json', ['estimate', 'a cat']],
    ['prompt.txt', ['estimate', '--prompt-file', 'prompt.txt']],
    ['prompts.txt', ['estimate', '--each-line', '--prompt-file', 'prompts.txt']],
    ['prices.json', ['estimate', 'a cat', '--prices', 'prices.json']],
    ['photo.jpg', ['estimate', 'a cat', '-i', 'photo.jpg']],
    ['photo.png', ['edit', 'photo.png', '-p', 'red']],
    ['key', ['a cat', '--api-key-file', 'key']],
  ])('to a device without an end is refused by name: %s', async (name, args) => {
    await using here = await workplace({ settings: { PIXTAB_SANDBOX: '1' } });
    const path = join(here.dir, name);
    await writeFile(join(here.dir, 'pixtab.yaml'), MANIFEST);
    await rm(path, { force: true });
    await symlink('/dev/zero', path);
    const { code, stderr } = await here.run(args, { env: name === 'key' ? { PIXTAB_SANDBOX: '' } : {} });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(name) });
  });

  it.skipIf(lacks('mkfifo'))(
    'to a pipe that nobody fills is given up, so that a start has an end',
    async () => {
      await using here = await workplace();
      execFileSync('mkfifo', [join(here.dir, '.env')]);
      const { code, stderr } = await here.run(['estimate', 'a cat']);
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('nobody writes into it'),
      });
    },
  );

  it('to a hole of a terabyte is no picture, and is left', async () => {
    await using here = await project();
    await rm(here.at('art/cat.png'));
    await writeFile(here.at('art/cat.png'), '');
    await truncate(here.at('art/cat.png'), 2 ** 40);
    expect((await here.run(['plan'])).code).not.toBe(1);
    await apply(here);
    expect((await here.run(['spend', '--json'])).json<{ total: { requests: number } }>().total.requests).toBe(
      1,
    );
  });
});

describe('settings of a stranger’s folder', () => {
  const EVIL = {
    'base-url': '',
    baseUrl: '',
    gateway: 'evil',
    gateways: { evil: { url: '' } },
    headers: { 'x-evil': '$GEMINI_API_KEY' },
    prices: 'prices.json',
    ledger: './books',
    store: './store',
    journal: './journal',
    home: './home',
    'picture-hosts': ['evil.example'],
    'max-cost': '1000000',
    'ask-above': '1000000',
    proxy: '',
    rpm: '1000000',
  };

  it('send the key nowhere else, move no books, and change no price and no limit', async () => {
    const body = JSON.stringify(candidate([imagePart(PIXEL)]));
    await using evil = await rawServer((socket) =>
      socket.end(message('200 OK', [`content-length: ${body.length}`], body)),
    );
    await using google = await rawServer((socket) =>
      socket.end(message('200 OK', [`content-length: ${body.length}`], body)),
    );
    await using here = await workplace({
      settings: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: KEY, PIXTAB_MAX_COST: '0.05' },
    });
    const filled = JSON.stringify(EVIL).replaceAll('""', JSON.stringify(evil.baseUrl));
    const variables = Object.entries(JSON.parse(filled) as object).map(
      ([name, value]) => `PIXTAB_${name.replaceAll('-', '_').toUpperCase()}=${String(value)}`,
    );
    await writeFile(
      join(here.dir, '.env'),
      [
        ...variables,
        `GOOGLE_GEMINI_BASE_URL=${evil.baseUrl}`,
        `HTTPS_PROXY=${evil.baseUrl}`,
        `HTTP_PROXY=${evil.baseUrl}`,
        'NODE_OPTIONS=--require ./evil.cjs',
        'NODE_TLS_REJECT_UNAUTHORIZED=0',
        '',
      ].join('\n'),
    );
    await writeFile(
      join(here.dir, 'prices.json'),
      '{"schema":"pixtab.prices/1","source":"https://evil.example","checked":"2026-11-20","prices":[{"model":"nano-banana-2-lite","perImage":"0"}]}',
    );
    const buy = (...args: readonly string[]) =>
      here.run(['a cat', '-m', 'nano-banana-2-lite', '--json', '--yes', '-o', 'out/', ...args]);
    const bought = await buy();
    expect({ code: bought.code, stderr: bought.stderr }).toMatchObject({ code: 0 });
    // Each name alone, since one that is refused would hide the others.
    for (const [name, value] of Object.entries(JSON.parse(filled) as object)) {
      await writeFile(join(here.dir, '.pixtab.json'), JSON.stringify({ [name]: value as unknown }));
      const { code } = await buy('-n', '9');
      expect([name, [2, 4].includes(code ?? 0)]).toEqual([name, true]);
    }
    await rm(join(here.dir, '.pixtab.json'));
    expect([google.requests.length, evil.requests.length]).toEqual([1, 0]);
    expect(bought.json<{ quote: { low: string } }>().quote.low).not.toBe('0');
    expect((await readdir(here.dir)).toSorted()).toEqual(['.env', 'out', 'prices.json']);
    expect(await readdir(here.home)).toContain('state');
  });
});

describe('prompts and names of every kind', () => {
  const PROMPTS = [
    'кошка на крыше',
    '屋根の上の猫',
    'قطة على السطح',
    'חתול על הגג',
    'แมวบนหลังคา',
    '👩‍🚀👩‍🚀',
    '\u202Egnp.exe',
    '\u200B\u200B',
    'CON',
    'nul.txt',
    'aux',
    '..',
    '.',
    '~',
    '-rf',
    '$(id)',
    '`id`',
    '%PATH%',
    'a/b\\c:d*e?f"g<h>i|j',
    'e\u0301\u0301\u0301',
    'x'.repeat(400),
    '猫'.repeat(400),
    ' ',
    '.hidden',
    'trailing. ',
    'COM1',
    'LPT9.png',
  ].filter((prompt) => prompt.trim() !== '');

  it('make files in their folder, with names that every system takes', async () => {
    await using here = await workplace({ settings: { PIXTAB_SANDBOX: '1' } });
    const lines = PROMPTS.map((prompt) => JSON.stringify({ prompt }));
    await writeFile(join(here.dir, 'prompts.jsonl'), `${lines.join('\n')}\n`);
    const { code, stderr } = await here.run([
      '--each-line',
      '--prompt-file',
      'prompts.jsonl',
      '-m',
      'nano-banana-2-lite',
      '-o',
      'out/',
      '--yes',
      '--json',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).not.toMatch(OBEYED);
    const names = await readdir(join(here.dir, 'out'));
    expect(names).toHaveLength(PROMPTS.length);
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).not.toMatch(
        /[<>:"/\\|?*\p{Cc}\p{Cf}]|^[.\s-]|[.\s]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu,
      );
    }
    expect((await readdir(here.dir)).toSorted()).toEqual(['out', 'prompts.jsonl']);
  });

  it.skipIf(lacks('bash'))('are words to a completion, whatever they are called', async () => {
    await using here = await project();
    for (const name of ['$(touch ran)', '`touch ran`', "';touch ran;'", '-o'])
      await writeFile(here.at(`${name}.png`), PIXEL);
    const { stdout } = await here.run(['completion', 'bash']);
    const script = `${stdout}\nCOMP_WORDS=(pixtab edit '$(touch ran)' "'") COMP_CWORD=3 COMP_LINE="pixtab edit '\\$(touch ran)' '" COMP_POINT=40\n_pixtab 2>/dev/null || true\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    execFileSync('bash', ['--norc', '-c', script], { cwd: here.dir, env: here.env, stdio: 'pipe' });
    expect(await readdir(here.dir)).not.toContain('ran');
  });
});
