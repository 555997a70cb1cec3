import { homedir } from 'node:os';
import envPaths from 'env-paths';
import { describe, expect, it } from 'vitest';
import { type Surroundings, places } from '../../../src/adapters/config/folders.ts';
import { Failure } from '../../../src/core/errors.ts';

const linux = (env: Surroundings['env'], more: Partial<Surroundings> = {}) =>
  places({ env, platform: 'linux', home: '/home/ada', cwd: '/work', ...more });

describe('places', () => {
  it.each([
    [
      'linux',
      '/home/ada',
      {},
      '/home/ada/.config/pixtab',
      '/home/ada/.local/state/pixtab',
      '/home/ada/.cache/pixtab',
    ],
    [
      'linux',
      '/home/ada',
      { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/k' },
      '/c/pixtab',
      '/s/pixtab',
      '/k/pixtab',
    ],
    [
      'freebsd',
      '/home/ada',
      {},
      '/home/ada/.config/pixtab',
      '/home/ada/.local/state/pixtab',
      '/home/ada/.cache/pixtab',
    ],
    [
      'darwin',
      '/Users/ada',
      { XDG_STATE_HOME: '/s' },
      '/Users/ada/Library/Preferences/pixtab',
      '/Users/ada/Library/Application Support/pixtab',
      '/Users/ada/Library/Caches/pixtab',
    ],
    [
      'win32',
      String.raw`C:\Users\ada`,
      {},
      String.raw`C:\Users\ada\AppData\Roaming\pixtab\Config`,
      String.raw`C:\Users\ada\AppData\Local\pixtab\Data`,
      String.raw`C:\Users\ada\AppData\Local\pixtab\Cache`,
    ],
    [
      'win32',
      String.raw`C:\Users\ada`,
      { APPDATA: String.raw`D:\roam`, LOCALAPPDATA: String.raw`D:\local` },
      String.raw`D:\roam\pixtab\Config`,
      String.raw`D:\local\pixtab\Data`,
      String.raw`D:\local\pixtab\Cache`,
    ],
  ] as const)('on %s with home %s and %j are where the platform has them', (...row) => {
    const [platform, home, env, config, state, cache] = row;
    expect(places({ env, platform, home, cwd: '/' })).toEqual({ config, state, cache, ledger: state });
  });

  it('are all inside PIXTAB_HOME where it is set', () => {
    expect(linux({ PIXTAB_HOME: '/data/pix', XDG_STATE_HOME: '/s' })).toEqual({
      config: '/data/pix/config',
      state: '/data/pix/state',
      cache: '/data/pix/cache',
      ledger: '/data/pix/state',
    });
  });

  it.each([
    ['/srv/books', '/srv/books'],
    [' team ', '/work/team'],
    ['', '/data/state'],
  ])('have the ledger elsewhere with PIXTAB_LEDGER=%j', (value, ledger) => {
    expect(linux({ PIXTAB_HOME: '/data', PIXTAB_LEDGER: value })).toMatchObject({
      state: '/data/state',
      ledger,
    });
  });

  it('take a relative PIXTAB_HOME from the working directory', () => {
    expect(linux({ PIXTAB_HOME: 'here' }).state).toBe('/work/here/state');
  });

  it.each([
    ['books', '/work/books'],
    ['postgres://db.example/shop', 'postgres://db.example/shop'],
    // Not a folder in the working directory, which would have no budget in it: it is refused where it is opened.
    ['mysql://db.example/shop', 'mysql://db.example/shop'],
  ])('have the ledger at %s', (PIXTAB_LEDGER, ledger) => {
    expect(linux({ PIXTAB_LEDGER }).ledger).toBe(ledger);
  });

  it.each(['', '  '])('take PIXTAB_HOME %j for unset', (value) => {
    expect(linux({ PIXTAB_HOME: value })).toEqual(linux({}));
  });

  it('pass over a relative XDG folder', () => {
    expect(linux({ XDG_STATE_HOME: 'state' })).toEqual(linux({}));
  });

  it('never depend on the working directory when home is unknown', () => {
    expect(() => linux({}, { home: '' })).toThrow(Failure);
    expect(() => linux({}, { home: '' })).toThrow('home folder is not known');
  });

  it('need no home when the environment names every folder', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/k' };
    expect(linux(env, { home: '' }).state).toBe('/s/pixtab');
  });

  it('agree with what other tools on this machine use', () => {
    const { PIXTAB_HOME: _, ...env } = process.env;
    const usual = envPaths('pixtab', { suffix: '' });
    const ours = places({ env, platform: process.platform, home: homedir(), cwd: process.cwd() });
    expect({ config: ours.config, cache: ours.cache }).toEqual({ config: usual.config, cache: usual.cache });
  });
});
