import { Failure, usageFailure } from '../../core/errors.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import type { Profile } from '../../core/providers/profile.ts';
import { variableOf } from '../../core/preferences.ts';
import { SANDBOX } from '../../core/providers/sandbox.ts';
import type { Endpoint } from '../../ports/index.ts';
import { keyHolder, mustBeKeyName, USUAL_KEY } from '../../core/providers/keys.ts';
import { isLoopback } from '../http/loopback.ts';
import { credentialsOf } from './credentials.ts';
import type { OwnGateways } from './gateways.ts';
import { keyIn } from './key.ts';
import { IN_DOTENV, type Found, type Variables } from './variables.ts';

/** The sandbox takes any key; the user's own never goes there. */
const SANDBOX_KEY: Found = { value: 'pixtab-sandbox', from: 'the sandbox' };

/** Where keys and addresses come from. */
export interface Sources {
  readonly env: Variables;
  readonly dotenv: Variables;
  readonly keyFile: Found | null;
  /** The keys of settings files, the strongest first; they are Google's. */
  readonly fileKeys: readonly (Found | null)[];
  /** The name of the key that is to pay. */
  readonly keyName: Found | null;
  /** Looks for a key that is kept. */
  readonly kept: (provider: string, name: string) => Promise<Found | null>;
  /** The address that the command line or the environment names. */
  readonly baseUrl: Found | null;
  /** The hosts that the user allows for pictures, judged when they are read. */
  readonly pictureHosts: () => readonly string[];
  readonly sandbox: boolean;
}

/** Who answers, in their order: the gateways that are named, or whoever is at the address. */
export async function profilesFor(
  names: Found | null,
  own: OwnGateways,
  { baseUrl, keyFile, sandbox }: Sources,
): Promise<readonly [Profile, ...Profile[]]> {
  if (names === null) return [sandbox ? SANDBOX : await profileAt(baseUrl)];
  // Only who names a gateway pays for the table at start-up.
  const { profilesNamed } = await import('./gateways.ts');
  const [first = GOOGLE, ...further] = profilesNamed(names.value, names.from, own);
  if (first.name === GOOGLE.name && baseUrl?.from === '--base-url' && !sandbox)
    return [await profileAt(baseUrl)];
  if (further.length > 0) {
    for (const [what, found] of [
      ['address', baseUrl?.from === '--base-url' ? baseUrl : null],
      ['key', keyFile],
    ] as const) {
      if (found === null) continue;
      throw usageFailure(
        `${found.from} is the ${what} of one gateway, and ${names.from} names ${further.length + 1}.`,
        `Say the ${what} of each in your settings file, under "gateways".`,
      );
    }
  }
  const played = (profile: Profile): Profile => (sandbox ? { ...profile, sandbox } : profile);
  return [played(first), ...further.map(played)];
}

/** Nobody speaks for Google but its own host. */
async function profileAt(baseUrl: Found | null): Promise<Profile> {
  if (baseUrl === null) return GOOGLE;
  const { host, origin } = URL.canParse(baseUrl.value) ? new URL(baseUrl.value) : { host: '', origin: null };
  if (origin === null || origin === GOOGLE.address) return { ...GOOGLE, address: null };
  return (await import('../../core/providers/gateways.ts')).relayAt(host);
}

/** A profile with its address and credentials, which are judged only when they are read. */
export function endpointOf(profile: Profile, sources: Sources): Endpoint {
  const { env, sandbox, baseUrl } = sources;
  return {
    profile,
    credentials: async () =>
      sandbox
        ? credentialsOf({ ...profile, headers: [] }, SANDBOX_KEY, {})
        : credentialsOf(profile, await keyOf(profile, sources), env),
    get baseUrl() {
      return checkedBaseUrl(addressOf(profile, baseUrl, sandbox), profile);
    },
    get pictureHosts() {
      return sources.pictureHosts();
    },
  };
}

/** A gateway's key is none of Google's, and never the other way round. */
async function keyOf(profile: Profile, sources: Sources): Promise<Found | null> {
  const { keyName, keyFile, env, dotenv, fileKeys, kept } = sources;
  const { variables } = profile.key;
  const provider = keyHolder(profile);
  const keys = [keyFile, keyIn(variables, env, ''), keyIn(variables, dotenv, IN_DOTENV)];
  const given = [...keys, ...(provider === GOOGLE.name ? fileKeys : [])].find((found) => found !== null);
  if (given && !isForThisRun(keyName)) return given;
  if (keyName === null) return kept(provider, USUAL_KEY);
  mustBeKeyName(keyName.value, keyName.from);
  const named = await kept(provider, keyName.value);
  if (named !== null) return named;
  throw new Failure(
    'auth',
    `No key of ${provider} is kept as ${keyName.value}, which ${keyName.from} names.`,
    {
      hint: 'pixtab auth status lists those there are, and pixtab auth login keeps one.',
      command: 'pixtab auth status',
    },
  );
}

/** A name in the settings file stands for the usual key; one of the command line or the environment counts before any key. */
const isForThisRun = (name: Found | null): boolean =>
  name !== null && (name.from === '--key' || name.from === variableOf('key'));

/** A flag counts more than the address of a profile, which counts more than a variable. */
function addressOf({ name, address }: Profile, baseUrl: Found | null, sandbox: boolean): Found {
  if (baseUrl !== null && (sandbox || address === null || baseUrl.from === '--base-url')) return baseUrl;
  if (sandbox || name === GOOGLE.name) return { value: GOOGLE.address, from: 'default' };
  if (address !== null) return { value: address, from: `gateway ${name}` };
  throw usageFailure(
    `Gateway ${name} has no address.`,
    `Set PIXTAB_BASE_URL, pass --base-url, or say "address" of it in your settings file, under "gateways".`,
  );
}

/**
 * Checks the address as closely as the key that is sent to it. A message never shows it: it may hold a password. The
 * version of the API that people copy along is added by every request.
 */
export function checkedBaseUrl(
  { value, from }: Found,
  { name, wire, address }: Pick<Profile, 'name' | 'wire' | 'address'> = GOOGLE,
): Found {
  const known = name === GOOGLE.name ? GOOGLE.address : address;
  const usual = known === null ? undefined : `The usual one is ${known}.`;
  const refuse = (why: string) => usageFailure(`${from} ${why}.`, usual);
  const url = URL.canParse(value) && !/[\s\p{Cc}]/u.test(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('must be an address that begins with https://');
  if (url.username || url.password) throw refuse('must not hold a user name or a password');
  if (/[?#]/.test(value)) throw refuse('must not hold a query or a fragment');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw refuse(`must use https: over plain http the key could be read on its way to ${url.hostname}`);
  }
  const whole = url.href.replace(/\/+$/, '');
  return { value: wire === 'google' ? whole.replace(/\/+v1beta$/, '') : whole, from };
}
