import { describe, expect, it } from 'vitest';
import { refuseUnable } from '../../../src/core/providers/capabilities.ts';
import { GATEWAYS, adviceOf, relayAt } from '../../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { keyHolder, mustBeKeyName } from '../../../src/core/providers/keys.ts';
import type { Capabilities } from '../../../src/core/providers/profile.ts';
import { playedAs, SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { anOrder, aPicture } from '../../support/pricing.ts';

const able = (changes: Partial<Capabilities>) => ({
  title: 'The relay',
  can: { files: true, batch: true, predict: true, tiers: true, search: true, ...changes },
});
const failing = (kind: string, message: string) =>
  expect.objectContaining({ kind, message: expect.stringContaining(message) });

describe('an order that a provider has no means for', () => {
  const uploaded = { ...aPicture, uri: 'https://files/1' };
  it.each([
    ['flex', { tiers: false }, anOrder('pro', { lane: 'flex' }), 'usage', 'The relay has no lane flex.'],
    ['priority', { tiers: false }, anOrder('pro', { lane: 'priority' }), 'usage', 'no lane priority.'],
    ['search', { search: false }, anOrder('pro', { search: true }), 'usage', 'does not search'],
    ['batch', { batch: false }, anOrder('pro', { lane: 'batch' }), 'usage', 'has no batch lane.'],
    ['imagen', { predict: false }, anOrder('imagen-4'), 'unavailable-model', 'does not sell Imagen 4.'],
    ['a file', { files: false }, anOrder('pro', { inputs: [uploaded] }), 'usage', 'takes no files'],
  ])('such as %s is refused', (_, lacks, order, kind, message) => {
    expect(() => refuseUnable(able(lacks), order)).toThrow(failing(kind, message));
    expect(() => refuseUnable(able({}), order)).not.toThrow();
  });

  it('such as one with a file among its pictures is refused', () => {
    const order = anOrder('pro', { inputs: [aPicture, uploaded] });
    expect(() => refuseUnable(able({ files: false }), order)).toThrow(failing('usage', 'takes no files'));
  });

  it('is none where it asks for nothing of the kind', () => {
    const nothing = able({ files: false, batch: false, predict: false, tiers: false, search: false });
    const order = anOrder('pro', { inputs: [aPicture], search: false });
    expect(() => refuseUnable(nothing, order)).not.toThrow();
  });
});

describe('the keys of a provider', () => {
  const gateway = (name: string) => GATEWAYS.find((each) => each.name === name) ?? GOOGLE;

  it.each([
    [GOOGLE, 'google'],
    [SANDBOX, 'sandbox'],
    [gateway('laozhang'), 'laozhang'],
    // These are given Google's own.
    [gateway('cloudflare'), 'google'],
    [relayAt('relay.example'), 'google'],
  ])('are kept under a name: %#', (profile, name) => {
    expect(keyHolder(profile)).toBe(name);
  });

  it.each(['default', 'team-a', 'a.b_c', 'x'.repeat(30)])('may be called %s', (name) => {
    expect(() => mustBeKeyName(name, '--key')).not.toThrow();
  });

  it.each(['', 'x'.repeat(31), 'a b', 'AIza/x', 'a\n', ' a'])(
    'are not given in place of their name, and %j is repeated in no message',
    (name) => {
      expect(() => mustBeKeyName(name, '--key')).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: '--key takes the name of a key, of up to 30 letters and digits, and never the key itself.',
        }),
      );
    },
  );
});

describe('whom the sandbox plays', () => {
  it.each([
    ['litellm', 'google', true, 'litellm'],
    ['another', 'google', true, 'google'],
    ['another', 'google', false, 'new-api'],
    ['another', 'chat', false, 'openrouter'],
    ['another', 'chat', true, 'openrouter'],
  ] as const)('for %s on the wire %s, with files %s: %s', (name, wire, files, played) => {
    expect(playedAs({ name, wire, can: able({ files }).can })).toBe(played);
  });
});

describe('advice about a gateway', () => {
  it('names its variable and its pages', () => {
    expect(
      adviceOf(
        'LaoZhang',
        { variables: ['LAOZHANG_API_KEY', 'OTHER'] },
        { key: 'https://k', billing: 'https://b', spending: 'https://s', limits: 'https://l' },
      ),
    ).toEqual({
      noKey: 'Set LAOZHANG_API_KEY to a key of LaoZhang, or try it with --sandbox: https://k',
      key: 'Make or check a key at LaoZhang: https://k',
      billing: 'Look at the account at LaoZhang: https://b',
      spending: 'Look at the spending at LaoZhang before you ask again: https://s',
      spendingCap: 'Raise the cap at LaoZhang, or wait for its end: https://s',
      limits: 'See your limits at LaoZhang: https://l',
      region: 'Ask LaoZhang where it can be used: https://l',
    });
  });

  it('does without what is not known', () => {
    expect(adviceOf('A relay', { variables: [] }, { billing: 'https://b' })).toMatchObject({
      noKey: 'Give its key with --api-key-file to a key of A relay, or try it with --sandbox.',
      spendingCap: 'Raise the cap at A relay, or wait for its end: https://b',
      limits: 'See your limits at A relay.',
    });
  });
});
