import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { clientOf } from '../../src/adapters/client.ts';
import { credentialsOf } from '../../src/adapters/config/credentials.ts';
import { GATEWAYS } from '../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../src/core/providers/google.ts';
import { playedAs } from '../../src/core/providers/sandbox.ts';
import type { Profile } from '../../src/core/providers/profile.ts';
import type { Provider } from '../../src/ports/index.ts';
import {
  providerContract,
  type Arrived,
  type Judged,
  type ProviderRules,
  type ProviderSubject,
} from '../support/provider.contract.ts';
import { running, testClock } from './support.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';

async function openAt(profile: Profile, faults = ''): Promise<ProviderSubject> {
  const sandbox = await running({ as: playedAs(profile), faults });
  const credentials = credentialsOf(profile, { value: KEY, from: 'a test' }, {});
  if (credentials === null) throw new Error(`${profile.name} needs more than a key`);
  const provider: Provider = { ...profile, baseUrl: sandbox.url, pictureHosts: [], credentials };
  const arrived: Arrived[] = [];
  const { host } = new URL(sandbox.url);
  const arrivals = channel('http.server.request.start');
  const onRequest = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host !== host) return;
    arrived.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
  };
  arrivals.subscribe(onRequest);
  const fail = (): never => {
    throw new Error('a reader has no key');
  };
  const keyless = { ...provider, credentials: { ...credentials, headers: fail, sign: fail } };
  const context = { clock: testClock(), sha256: () => 'ab', proxy: null };
  return {
    provider,
    client: await clientOf(provider, {}, context),
    reader: await clientOf(keyless, {}, context),
    arrived,
    charged: () => sandbox.meter().total,
    async [Symbol.asyncDispose]() {
      arrivals.unsubscribe(onRequest);
      await sandbox.close();
    },
  };
}

const free = (kind: Judged['kind'], ...faults: readonly string[]): readonly Judged[] =>
  faults.map((fault) => ({ fault, kind, charged: 'no' }));
const unknown = (...faults: readonly string[]): readonly Judged[] =>
  faults.map((fault) => ({ fault, kind: 'unconfirmed', charged: 'unknown' }));

/** Errors in Google's form, from whoever may speak for Google. */
const GOOGLES = [...free('auth', '400-key', '403', '429-credits'), ...free('usage', '400')];

/** What gateways say of their own accounts. */
const OPENROUTERS = [
  ...free('auth', 'openrouter-402'),
  ...free('refused', 'openrouter-moderation'),
  ...unknown('500', '503'),
];

const GOOGLES_FORMS = ['sse', 'chunks', 'data-url', 'snake-case', 'zero-usage+snake-case+sse'];

const RULES: Readonly<Record<string, Omit<ProviderRules, 'key'>>> = {
  google: { keyHeader: 'x-goog-api-key', basis: 'metered', judged: GOOGLES, forms: GOOGLES_FORMS },
  laozhang: {
    keyHeader: 'authorization',
    basis: 'listed',
    forms: GOOGLES_FORMS,
    judged: [
      ...free('auth', 'new-api-quota', 'new-api-quota-429'),
      ...free('unavailable-model', 'new-api-no-channel'),
      ...unknown('500', '503'),
    ],
  },
  litellm: {
    keyHeader: 'x-goog-api-key',
    basis: 'estimated',
    forms: GOOGLES_FORMS,
    judged: [...GOOGLES, ...free('budget', 'litellm-budget', 'litellm-budget-429')],
  },
  cloudflare: { keyHeader: 'x-goog-api-key', basis: 'estimated', judged: GOOGLES, forms: GOOGLES_FORMS },
  openrouter: { keyHeader: 'authorization', basis: 'stated', judged: OPENROUTERS },
  vercel: { keyHeader: 'authorization', basis: 'stated', judged: OPENROUTERS },
};

for (const [name, rules] of Object.entries(RULES)) {
  const profile = [GOOGLE, ...GATEWAYS].find((each) => each.name === name);
  if (!profile) throw new Error(`there is no profile ${name}`);
  providerContract(profile.title, { ...rules, key: KEY }, (faults) => openAt(profile, faults));
}
