import { describe, expect, it } from 'vitest';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';
import { Failure } from '../../../src/core/errors.ts';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Client, Endpoint } from '../../../src/ports/index.ts';
import { world } from '../../support/fakes/deps.ts';

const endpoint = (name: string): Endpoint => ({
  profile: GATEWAYS.find((gateway) => gateway.name === name) ?? GOOGLE,
  credentials: async () => keyCredentials({ value: `key-of-${name}`, from: `${name}'s variable` }),
  baseUrl: { value: `https://${name}.example`, from: `gateway ${name}` },
  pictureHosts: [],
});

interface Document {
  readonly exitCode: number;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

async function examined(names: readonly [string, ...string[]], tries: Client['tries'] = async () => {}) {
  const [first, ...further] = names;
  const settings = { ...endpoint(first), further: further.map(endpoint) };
  const made = world({ settings, client: { tries } });
  const { stdout } = await made.pixtab('doctor', '--gateway', names.join(','), '--json');
  const document = JSON.parse(stdout) as Document;
  const said = document.checks.map(({ name, status, message }) => `${status} ${name}: ${message}`);
  return { ...made, document, said };
}

describe('pixtab doctor --gateway', () => {
  it('says what works of a gateway, and buys nothing', async () => {
    const { said, api, store, document } = await examined(['litellm']);
    expect(said).toEqual(
      expect.arrayContaining([
        "ok key: There is one in litellm's variable.",
        'note base URL: Requests and the key go to https://litellm.example, as gateway litellm says.',
        expect.stringMatching(/^ok online: The API lists \d+ models for this key\.$/),
        'ok key: LiteLLM takes the key.',
        'ok files: The Files API answers.',
        'ok batches: The batch lane answers.',
      ]),
    );
    expect([document.exitCode, api.sent.length, store.attempts.size]).toEqual([0, 0, 0]);
  });

  it('asks for nothing that a gateway does not have', async () => {
    const tried: string[] = [];
    const { said } = await examined(['openrouter'], async (what) => void tried.push(what));
    expect(tried).toEqual(['key']);
    expect(said).toEqual(
      expect.arrayContaining([
        'note files: OpenRouter takes no files: pictures travel inside of requests.',
        'note batches: OpenRouter has no batch lane.',
      ]),
    );
  });

  it('warns of what does not work, and fails where the key is refused', async () => {
    const { said, document } = await examined(['litellm'], async (what) => {
      if (what === 'key') throw new Failure('auth', 'LiteLLM refused the API key.');
      if (what === 'files') throw new Failure('unavailable', 'Asking for files did not work.');
    });
    expect(said).toEqual(
      expect.arrayContaining([
        'fail key: LiteLLM refused the API key.',
        'warn files: Asking for files did not work.',
        'ok batches: The batch lane answers.',
      ]),
    );
    expect(document.exitCode).toBe(3);
  });

  it('looks at each of several', async () => {
    const { said } = await examined(['litellm', 'google']);
    expect(said).toEqual(
      expect.arrayContaining([
        'ok key: LiteLLM takes the key.',
        "ok key: google: There is one in google's variable.",
        'ok key: google: Google takes the key.',
        'ok batches: google: The batch lane answers.',
      ]),
    );
  });
});
