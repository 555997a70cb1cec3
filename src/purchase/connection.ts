import { Failure, usageFailure } from '../core/errors.ts';
import { GOOGLE } from '../core/providers/google.ts';
import { SANDBOX } from '../core/providers/sandbox.ts';
import type { Credentials, Deps, Provider, Settings } from '../ports/index.ts';

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
  settings: Settings,
  deps: Pick<Deps, 'sandbox' | 'isSandbox'>,
): LateProvider {
  let opening: Promise<OpenProvider> | null = null;
  return {
    async open() {
      opening ??= connect(settings, deps);
      return (await opening).provider;
    },
    async close() {
      const line = await opening?.catch(() => null);
      await line?.close();
    },
  };
}

/** Who would answer, for those who only show requests or read answers: it needs no key, and cannot be asked. */
export function providerWithoutKey(settings: Settings): Provider {
  const { baseUrl, sandbox } = settings;
  return { ...(sandbox ? SANDBOX : GOOGLE), baseUrl: baseUrl.value, credentials: NO_CREDENTIALS };
}

/** Who answers this run's requests: the API with the user's key, or a sandbox. */
export async function connect(
  settings: Settings,
  deps: Pick<Deps, 'sandbox' | 'isSandbox'>,
): Promise<OpenProvider> {
  const { baseUrl, sandbox } = settings;
  // Only here: a key that is broken does not matter where none is used.
  const { credentials } = settings;
  if (!credentials) throw noKey();
  if (!sandbox || baseUrl.from !== 'default') {
    if (sandbox) await mustBeSandbox(baseUrl, deps);
    return { provider: { ...providerWithoutKey(settings), credentials }, close: async () => {} };
  }
  const running = await deps.sandbox();
  const provider = { ...SANDBOX, baseUrl: running.url, credentials };
  return { provider, close: () => running.close() };
}

const NO_CREDENTIALS: Credentials = {
  from: 'nowhere',
  headers: () => {
    throw noKey();
  },
  clean: (text) => text,
  scrub: (body) => body,
  sign: () => {
    throw noKey();
  },
};

/** What is bought at a real API must never be booked as play money. */
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

export function noKey(): Failure {
  return new Failure('auth', 'There is no API key.', {
    hint: GOOGLE.advice.noKey,
  });
}

/** A sandbox that is started for one command takes its jobs with it. */
export const livesHere = ({ sandbox, baseUrl }: Settings): boolean => sandbox && baseUrl.from === 'default';
