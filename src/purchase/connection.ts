import { Failure, usageFailure } from '../core/errors.ts';
import type { Profile } from '../core/providers/profile.ts';
import { playedAs } from '../core/providers/sandbox.ts';
import type { Account, Credentials, Deps, Endpoint, Provider, Settings } from '../ports/index.ts';

export interface OpenProvider {
  readonly provider: Provider;
  close(): Promise<void>;
}

/** A provider that is chosen when it is first needed. */
export interface LateProvider {
  open(): Promise<Provider>;
  close(): Promise<void>;
}

export function providerWhenNeeded(
  endpoint: Endpoint,
  deps: Pick<Deps, 'sandbox' | 'isSandbox'>,
): LateProvider {
  let opening: Promise<OpenProvider> | null = null;
  return {
    async open() {
      opening ??= connect(endpoint, deps);
      return (await opening).provider;
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}

/** The provider for showing requests and reading answers: it has no key, and nothing can be sent to it. */
export function providerWithoutKey({ profile, baseUrl, pictureHosts }: Endpoint): Provider {
  return { ...profile, baseUrl: baseUrl.value, pictureHosts, credentials: noCredentials(profile) };
}

/** Who answers this run's requests: the API with the user's key, or a sandbox. */
export async function connect(
  endpoint: Endpoint,
  deps: Pick<Deps, 'sandbox' | 'isSandbox'>,
): Promise<OpenProvider> {
  // A broken key matters only here, where it is used.
  const { profile, baseUrl } = endpoint;
  const credentials = await endpoint.credentials();
  if (!credentials) throw noKey(profile);
  if (!profile.sandbox || baseUrl.from !== 'default') {
    if (profile.sandbox) await mustBeSandbox(baseUrl, deps);
    return { provider: { ...providerWithoutKey(endpoint), credentials }, close: async () => {} };
  }
  const running = await deps.sandbox({ as: playedAs(profile) });
  const provider = { ...providerWithoutKey(endpoint), baseUrl: running.url, credentials };
  return { provider, close: () => running.close() };
}

/** Whose limits hold and whose jobs they are. */
export function accountOf({ title, baseUrl, credentials }: Provider): Account {
  const { host, origin } = new URL(baseUrl);
  return { id: `${host}#${credentials.sign(`account ${origin}`).slice(0, HASH)}`, title };
}

/** Digits of the hash of an account: enough to tell the keys of one user apart. */
const HASH = 12;

/** Stands for credentials where nothing is sent. */
function noCredentials(profile: Profile): Credentials {
  const fail = (): never => {
    throw noKey(profile);
  };
  return {
    from: 'nowhere',
    ending: '',
    headers: fail,
    clean: (text) => text,
    scrub: (body) => body,
    sign: fail,
  };
}

/** Refuses an address that is no sandbox: a purchase at a real API must never be booked as play money. */
async function mustBeSandbox(
  baseUrl: Settings['baseUrl'],
  { isSandbox }: Pick<Deps, 'isSandbox'>,
): Promise<void> {
  if (await isSandbox(baseUrl.value)) return;
  throw usageFailure(
    `--sandbox: no sandbox answers at ${baseUrl.value} (from ${baseUrl.from}).`,
    'Start one with pixtab sandbox, or leave the base URL out.',
  );
}

export const noKey = ({ advice }: Pick<Profile, 'advice'>): Failure =>
  new Failure('auth', 'There is no API key.', { hint: advice.noKey, code: 'no-key' });

/** A sandbox that is started for one command takes its jobs with it. */
export const livesHere = ({ sandbox, baseUrl }: Settings): boolean => sandbox && baseUrl.from === 'default';
