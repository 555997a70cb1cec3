import { describe, expect, it } from 'vitest';
import { GOOGLE } from '../../src/core/providers/google.ts';
import { SANDBOX } from '../../src/core/providers/sandbox.ts';
import type { Settings } from '../../src/ports/index.ts';
import { livesHere, providerWithoutKey } from '../../src/purchase/connection.ts';
import { sendersFor } from '../../src/purchase/senders.ts';
import { failure } from '../support/failure.ts';
import { world } from '../support/fakes/deps.ts';
import { fakeTerminal } from '../support/fakes/terminal.ts';

const FLAGS = { wait: true };

const settingsOf = async (changes: Partial<Settings>): Promise<Settings> =>
  world({ settings: changes }).deps.settings({});

describe('a provider without a key', () => {
  it('shows requests and reads answers as they are, and says that there is no key where one is needed', async () => {
    const { credentials, baseUrl } = providerWithoutKey(await settingsOf({}));
    const body = new Uint8Array([1]);
    expect([baseUrl, credentials.clean('text'), credentials.scrub(body)]).toEqual([
      'https://google.example',
      'text',
      body,
    ]);
    for (const needed of [() => credentials.headers(), () => credentials.sign('it')])
      expect(failure(needed)).toMatchObject({ kind: 'auth', code: 'no-key' });
  });
});

describe('a sandbox', () => {
  const started = { value: 'http://127.0.0.1:1', from: 'default' };
  const named = { value: 'http://127.0.0.1:1', from: '--base-url' };

  it.each([
    ['that a command starts', true, started, true],
    ['at an address', true, named, false],
    ['is not what the API is', false, started, false],
  ])('%s lives here: %s', async (_, sandbox, baseUrl, here) => {
    expect(livesHere(await settingsOf({ sandbox, baseUrl }))).toBe(here);
  });

  it.each([
    ['has one account for all commands', started, /^sandbox$/],
    ['at an address has that of its key there', named, /^127\.0\.0\.1:1#[0-9a-f]{12}$/],
  ])('%s', async (_, baseUrl, account) => {
    const { deps } = world();
    const settings = await settingsOf({ sandbox: true, profile: SANDBOX, baseUrl });
    const credentials = await settings.credentials();
    if (!credentials) throw new Error('the fake has a key');
    const provider = { ...providerWithoutKey(settings), credentials };
    const open = async () => provider;
    const terminal = fakeTerminal();
    const senders = sendersFor(FLAGS, { open, settings, deps, terminal, onUpload: () => {} });
    expect(await senders.accountOf(GOOGLE.name)).toMatch(account);
  });
});
