import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../src/adapters/config/settings.ts';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
import type { Endpoint, SettingsFlags } from '../../../src/ports/index.ts';
import { failure, rejection } from '../../support/failure.ts';
import { type TempDir, tempDir } from '../../support/tempdir.ts';

type Env = Readonly<Record<string, string>>;

const USER = 'home/config/config.json';

async function scene(files: Readonly<Record<string, string | object>> = {}): Promise<TempDir> {
  const folder = await tempDir();
  await mkdir(folder.at('work'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(folder.at(name)), { recursive: true });
    await writeFile(folder.at(name), typeof text === 'string' ? text : JSON.stringify(text));
  }
  return folder;
}

const read = (folder: TempDir, env: Env = {}, flags: SettingsFlags = {}) =>
  settings({ env: { PIXTAB_HOME: folder.at('home'), ...env }, cwd: folder.at('work') }, flags);

const headersOf = async ({ credentials }: Endpoint) => (await credentials())?.headers();

/** A user's file with one gateway in it. */
const withGateway = (gateway: object, name = 'work') => ({ [USER]: { gateways: { [name]: gateway } } });

describe('a gateway that pixtab knows', () => {
  const KEYS = {
    NEW_API_KEY: 'key-new-api',
    LAOZHANG_API_KEY: 'key-laozhang',
    APIYI_API_KEY: 'key-apiyi',
    LITELLM_API_KEY: 'key-litellm',
    GEMINI_API_KEY: 'key-google',
    OPENROUTER_API_KEY: 'key-openrouter',
    AI_GATEWAY_API_KEY: 'key-vercel',
  };

  it.each([
    ['new-api', 'https://relay.example', { authorization: 'Bearer key-new-api' }],
    ['laozhang', 'https://api.laozhang.ai', { authorization: 'Bearer key-laozhang' }],
    ['apiyi', 'https://api.apiyi.com', { authorization: 'Bearer key-apiyi' }],
    ['litellm', 'https://relay.example', { 'x-goog-api-key': 'key-litellm' }],
    ['cloudflare', 'https://relay.example', { 'x-goog-api-key': 'key-google' }],
    ['openrouter', 'https://openrouter.ai/api/v1', { authorization: 'Bearer key-openrouter' }],
    ['vercel', 'https://ai-gateway.vercel.sh/v1', { authorization: 'Bearer key-vercel' }],
    ['google', 'https://generativelanguage.googleapis.com', { 'x-goog-api-key': 'key-google' }],
  ])('%s answers at %s and gets %j', async (name, address, headers) => {
    await using folder = await scene();
    const found = await read(
      folder,
      { ...KEYS, PIXTAB_BASE_URL: 'https://relay.example' },
      { gateway: name },
    );
    expect(found.profile.name).toBe(name);
    expect(found.baseUrl.value).toBe(address);
    expect(await headersOf(found)).toEqual(headers);
  });

  it.each(GATEWAYS.map(({ name, cited }) => [name, cited] as const))('%s has a source', (_, cited) => {
    expect(cited.source).toMatch(/^https:/);
    expect(cited.checked).toMatch(/^2026-/);
  });

  it.each(GATEWAYS.map((gateway) => [gateway.name, gateway] as const))(
    'says nothing of Google in its advice: %s',
    (_, { advice, name }) => {
      // Cloudflare passes Google's own key on.
      const said = Object.values(advice).join(' ');
      expect(name === 'cloudflare' ? said.replace('GEMINI_API_KEY', '') : said).not.toMatch(
        /google|gemini|aistudio/i,
      );
    },
  );

  it('never gets the key that is Google’s', async () => {
    await using folder = await scene({ [USER]: { 'api-key': 'key-of-a-file' } });
    const found = await read(folder, { GEMINI_API_KEY: 'key-google' }, { gateway: 'openrouter' });
    expect(await found.credentials()).toBeNull();
    expect(found.profile.advice.noKey).toBe(
      'Set OPENROUTER_API_KEY to a key of OpenRouter, or try it with --sandbox: https://openrouter.ai/settings/keys',
    );
  });

  it('gets the key of --api-key-file', async () => {
    await using folder = await scene({ 'work/key.txt': 'key-of-a-file' });
    const found = await read(folder, {}, { gateway: 'openrouter', apiKeyFile: 'key.txt' });
    expect(await headersOf(found)).toEqual({ authorization: 'Bearer key-of-a-file' });
  });

  it('is at the address of --base-url where that is given, and at no address of a variable', async () => {
    await using folder = await scene();
    const env = { PIXTAB_BASE_URL: 'https://variable.example' };
    const flagged = await read(folder, env, { gateway: 'openrouter', baseUrl: 'https://flag.example/v1' });
    expect(flagged.baseUrl.value).toBe('https://flag.example/v1');
    expect((await read(folder, env, { gateway: 'openrouter' })).baseUrl.value).toBe(
      'https://openrouter.ai/api/v1',
    );
  });

  it('without an address of its own asks for one', async () => {
    await using folder = await scene();
    const found = await read(folder, {}, { gateway: 'litellm' });
    expect(failure(() => found.baseUrl)).toMatchObject({
      kind: 'usage',
      message: 'Gateway litellm has no address.',
    });
  });

  it('takes Cloudflare’s own token in place of a key, or beside it, and takes it out of every text', async () => {
    await using folder = await scene();
    const token = { CF_AIG_TOKEN: 'token-of-cloudflare' };
    const alone = await read(folder, token, { gateway: 'cloudflare' });
    expect(await headersOf(alone)).toEqual({ 'cf-aig-authorization': 'Bearer token-of-cloudflare' });
    expect((await alone.credentials())?.clean('no token-of-cloudflare here')).toBe('no [key] here');
    const both = await read(folder, { ...token, GEMINI_API_KEY: 'key-google' }, { gateway: 'cloudflare' });
    expect(await headersOf(both)).toEqual({
      'x-goog-api-key': 'key-google',
      'cf-aig-authorization': 'Bearer token-of-cloudflare',
    });
    expect(await (await read(folder, {}, { gateway: 'cloudflare' })).credentials()).toBeNull();
  });

  it('gets the sandbox’s key where the sandbox plays it, and nothing of the user’s', async () => {
    await using folder = await scene();
    const env = { CF_AIG_TOKEN: 'token-of-cloudflare', GEMINI_API_KEY: 'key-google' };
    const found = await read(folder, env, { gateway: 'cloudflare', sandbox: true });
    expect(await headersOf(found)).toEqual({ 'x-goog-api-key': 'pixtab-sandbox' });
    expect(found.profile).toMatchObject({ name: 'cloudflare', sandbox: true });
    expect(found.baseUrl.from).toBe('default');
  });

  it('brings the time-out that it advises, where the user says none', async () => {
    await using folder = await scene();
    const found = await read(folder, {}, { gateway: 'laozhang' });
    expect([found.defaults['timeout'], found.origins['timeout']]).toEqual(['600', 'gateway laozhang']);
    const told = await read(folder, { PIXTAB_TIMEOUT: '90' }, { gateway: 'laozhang' });
    expect(told.defaults['timeout']).toBe('90');
  });
});

describe('several gateways', () => {
  it('are asked in their order, each with its own address and key', async () => {
    await using folder = await scene();
    const env = { LAOZHANG_API_KEY: 'key-laozhang', GEMINI_API_KEY: 'key-google' };
    const found = await read(folder, env, { gateway: 'laozhang, Google,openrouter' });
    const all = [found, ...found.further];
    expect(all.map(({ profile }) => profile.name)).toEqual(['laozhang', 'google', 'openrouter']);
    expect(await Promise.all(all.map(headersOf))).toEqual([
      { authorization: 'Bearer key-laozhang' },
      { 'x-goog-api-key': 'key-google' },
      undefined,
    ]);
  });

  it.each([
    [
      { gateway: 'laozhang,google', baseUrl: 'https://a.example' },
      '--base-url is the address of one gateway',
    ],
    [{ gateway: 'laozhang,google', apiKeyFile: 'key.txt' }, 'is the key of one gateway'],
    [{ gateway: 'laozhang,laozhang' }, '--gateway names laozhang twice.'],
    [{ gateway: 'laozhang,' }, '--gateway takes names with commas between them.'],
    [{ gateway: 'openruter' }, 'there is no gateway "openruter"; did you mean openrouter?'],
  ])('are refused where %j', async (flags, message) => {
    await using folder = await scene({ 'work/key.txt': 'key' });
    const refused = await rejection(read(folder, {}, flags));
    expect(refused.kind).toBe('usage');
    expect(refused.message).toContain(message);
  });
});

describe('a gateway of the user’s own', () => {
  it('is as the one that it is like, but for what is said of it', async () => {
    const gateway = {
      like: 'litellm',
      address: 'https://llm.example.com/gemini/v1beta/',
      key: 'TEAM_KEY',
      credentials: 'bearer',
      headers: { 'x-team': 'art-${TEAM_TOKEN}' },
      can: { batch: false },
      errors: 'own',
      refusals: 'charged',
      timeout: 500,
      prices: 'work.json',
      links: { spending: 'https://llm.example.com/ui' },
    };
    await using folder = await scene(withGateway(gateway));
    const env = { TEAM_KEY: 'key-of-the-team', TEAM_TOKEN: 'token-of-the-team' };
    const found = await read(folder, env, { gateway: 'work' });
    expect(found.profile).toMatchObject({
      name: 'work',
      title: 'work',
      wire: 'google',
      can: { files: true, batch: false, predict: true },
      speaksForGoogle: false,
      charges: { refusals: 'charged' },
    });
    expect(found.baseUrl.value).toBe('https://llm.example.com/gemini');
    expect(await headersOf(found)).toEqual({
      authorization: 'Bearer key-of-the-team',
      'x-team': 'art-token-of-the-team',
    });
    expect((await found.credentials())?.clean('token-of-the-team')).toBe('[key]');
    expect(found.defaults).toMatchObject({ timeout: '500', prices: folder.at('home/config/work.json') });
    expect(found.profile.advice.spending).toBe(
      'Look at the spending at work before you ask again: https://llm.example.com/ui',
    );
  });

  it('may stand in the environment, and be the one that is always asked', async () => {
    await using folder = await scene();
    const env = {
      PIXTAB_GATEWAYS: '{"work": {"address": "https://relay.example/v1/v1beta", "credentials": "none"}}',
      PIXTAB_GATEWAY: 'work',
    };
    const found = await read(folder, env);
    expect(found.baseUrl.value).toBe('https://relay.example/v1');
    expect(await headersOf(found)).toEqual({});
    expect(found.notices).toEqual([]);
  });

  it('may change what is known of a built-in one', async () => {
    await using folder = await scene(withGateway({ timeout: 90 }, 'openrouter'));
    const found = await read(folder, { OPENROUTER_API_KEY: 'key' }, { gateway: 'openrouter' });
    expect(found.profile).toMatchObject({ name: 'openrouter', wire: 'chat' });
    expect(found.defaults['timeout']).toBe('90');
    expect(await headersOf(found)).toEqual({ authorization: 'Bearer key' });
  });

  it('has its key in a variable of its name, about which nobody wonders', async () => {
    await using folder = await scene(withGateway({ address: 'https://relay.example' }, 'pixtab-relay'));
    const found = await read(folder, { PIXTAB_RELAY_API_KEY: 'key' }, { gateway: 'pixtab-relay' });
    expect(await headersOf(found)).toEqual({ authorization: 'Bearer key' });
    expect(found.notices).toEqual([]);
  });

  it('brings its prices, which count more than prices in general', async () => {
    await using folder = await scene(withGateway({ address: 'https://relay.example', prices: 'work.json' }));
    const env = { PIXTAB_PRICES: '/general.json' };
    const found = await read(folder, env, { gateway: 'work' });
    expect(found.defaults['prices']).toBe(folder.at('home/config/work.json'));
    expect((await read(folder, env)).defaults['prices']).toBe('/general.json');
  });

  it('keeps a token out of every text that stands in a header itself, and no short word', async () => {
    const headers = { 'x-team': 'art', 'x-token': 'Token sk-0123456789abcdef' };
    await using folder = await scene(withGateway({ address: 'https://relay.example', headers }));
    const found = await read(folder, { WORK_API_KEY: 'key-of-work' }, { gateway: 'work' });
    const credentials = await found.credentials();
    expect(credentials?.headers()).toMatchObject(headers);
    expect(credentials?.clean('sk-0123456789abcdef is not of team art')).toBe('[key] is not of team art');
  });

  it('says which variable of a header is missing', async () => {
    const headers = { 'x-team': '${TEAM_TOKEN}' };
    await using folder = await scene(withGateway({ address: 'https://relay.example', headers }));
    const found = await read(folder, { WORK_API_KEY: 'key' }, { gateway: 'work' });
    expect((await rejection(found.credentials())).message).toBe(
      'The header x-team of work takes its value from TEAM_TOKEN, which is not set.',
    );
  });

  it.each([
    [{ adress: 'https://a.example' }, 'gateway "work": there is no "adress".'],
    [{ can: { fly: true } }, 'gateway "work": there is no "fly" in "can".'],
    [{ key: 'sk-1234 5678' }, 'gateway "work": "key" takes the name of the variable'],
    [{ like: 'portkey' }, 'gateway "work": "like" takes one of google, new-api, laozhang'],
    [{ headers: { authorization: 'x' } }, 'gateway "work": "headers" takes'],
    [{ timeout: 0 }, 'gateway "work": "timeout" takes seconds from 10 to 3600.'],
    [{ links: { key: 'http://a.example' } }, 'gateway "work": "links" takes'],
    ['https://a.example', 'gateway "work" must be an object.'],
  ])('that reads %j is refused', async (gateway, message) => {
    await using folder = await scene({ [USER]: { gateways: { work: gateway } } });
    const refused = await rejection(read(folder));
    expect(refused.kind).toBe('usage');
    expect(refused.message).toContain(message);
    expect(refused.message).not.toContain('1234');
  });

  it.each(['google', 'Work', 'a b', ''])('cannot be called %j', async (name) => {
    await using folder = await scene(withGateway({}, name));
    expect((await rejection(read(folder))).kind).toBe('usage');
  });

  it.each([
    [{ 'work/.pixtab.json': { gateway: 'openrouter' } }, '"gateway" cannot be set in a project\'s file'],
    [{ 'work/.pixtab.json': { gateways: {} } }, '"gateways" cannot be set in a project\'s file'],
  ])('cannot come with a folder: %j', async (files, message) => {
    await using folder = await scene(files);
    expect((await rejection(read(folder))).message).toContain(message);
  });

  it('in .env is ignored, and said to be', async () => {
    const env = 'PIXTAB_GATEWAY=openrouter\nPIXTAB_GATEWAYS={}\n';
    await using folder = await scene({ 'work/.env': env });
    const found = await read(folder);
    expect(found.profile.name).toBe('google');
    expect(found.notices).toEqual([
      'PIXTAB_GATEWAYS in .env does nothing; it counts in the environment alone.',
      'PIXTAB_GATEWAY in .env is ignored: a file must not decide where your key is sent.',
    ]);
  });
});

describe('whoever is at an address of the user’s own', () => {
  it('is called by its host, and speaks for nobody', async () => {
    await using folder = await scene();
    const found = await read(folder, { PIXTAB_BASE_URL: 'https://relay.example/gemini/v1beta' });
    expect(found.baseUrl.value).toBe('https://relay.example/gemini');
    expect(found.profile).toMatchObject({
      name: 'relay.example',
      title: 'relay.example',
      speaksForGoogle: false,
      charges: { refusals: 'charged' },
    });
  });

  it('is Google where the address is Google’s', async () => {
    await using folder = await scene();
    const env = { PIXTAB_BASE_URL: 'https://generativelanguage.googleapis.com/v1beta/' };
    expect((await read(folder, env)).profile).toMatchObject({ name: 'google', speaksForGoogle: true });
  });
});
