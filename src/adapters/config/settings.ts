import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import { isInBucket } from '../../core/files/place.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import { keyHolder } from '../../core/providers/keys.ts';
import { ASK_ABOVE, STRICTEST } from '../../core/policy/ask-above.ts';
import { HARM, isOfTheUser, NOT_BY_A_FOLDER, type Preference, variableOf } from '../../core/preferences.ts';
import { format, usd, type Usd } from '../../core/pricing/money.ts';
import type { Profile } from '../../core/providers/profile.ts';
import type { Settings, SettingsFlags } from '../../ports/index.ts';
import { isLoopback } from '../http/loopback.ts';
import { endpointOf, profilesFor } from './endpoints.ts';
import { gatewaysIn, readDotenv, readSettingsFiles, syntaxMistakeIn } from './files.ts';
import type { OwnGateways } from './gateways.ts';
import { placesIfAny } from './folders.ts';
import { keyIn, openNote, readKeyFile, twoKeysNote } from './key.ts';
import {
  BASE_URL_VARIABLES,
  BY_ENVIRONMENT_ALONE,
  OWN_BASE_URL_VARIABLE,
  type Found,
  IN_DOTENV,
  type Variables,
  platformNote,
  preferencesIn,
  unknownIn,
  valueOf,
  variablesNamed,
} from './variables.ts';
import { reportedZone, zoneNote } from './zone.ts';

/**
 * Reads everything that is set outside the command line. Of several sources the first counts: flag, environment, `.env`,
 * project file, user file, default. Key and base URL are judged only when they are read, so a command that sends nothing
 * needs neither.
 */
export async function settings(
  { env, cwd }: { readonly env: Variables; readonly cwd: string },
  flags: SettingsFlags,
): Promise<Settings> {
  const dotenv = readDotenv(cwd);
  const files = await readSettingsFiles(env, cwd);
  const asked = flags.sandbox ?? switchIn(env, '') ?? switchIn(dotenv, IN_DOTENV);

  const keyFile = flags.apiKeyFile === undefined ? null : await readKeyFile(flags.apiKeyFile, cwd);
  const baseUrl = baseUrlIn(env, flags, asked ?? false);
  const found = asked === null && baseUrl !== null && (await isSandboxAt(baseUrl));
  const sandbox = asked ?? found;

  const { preferences, notices: loosened } = withoutLoosening(
    [
      { isOwn: true, folder: cwd, preferences: preferencesIn(env, '') },
      { isOwn: false, folder: cwd, preferences: byAFolder(preferencesIn(dotenv, IN_DOTENV)) },
      ...files,
    ],
    cwd,
  );
  // From the weakest source to the strongest, so that the strongest has the last word.
  const chosen = new Map(preferences.toReversed().flatMap((found) => [...found]));
  for (const name of STRICTEST) {
    const smallest = smallestOf(preferences.flatMap((found) => found.get(name) ?? []));
    if (smallest !== undefined) chosen.set(name, smallest);
  }

  const names =
    flags.gateway === undefined
      ? (chosen.get('gateway') ?? null)
      : { value: flags.gateway, from: '--gateway' };
  const own = new Map([...files.flatMap(({ gateways }) => [...gateways]), ...(await gatewaysOf(env, cwd))]);
  const fileKeys = files.map(({ key }) => key);
  const pictureHosts = (): readonly string[] => hostsIn(chosen.get('picture-hosts'));
  const keyName = flags.key === undefined ? (chosen.get('key') ?? null) : { value: flags.key, from: '--key' };
  if (keyName !== null && keyFile !== null)
    throw usageFailure(`${keyFile.from} is one key, and ${keyName.from} names another.`);
  const kept = async (provider: string, name: string): Promise<Found | null> =>
    (await import('../keys/kept-keys.ts')).keyKept(provider, name, { env, cwd });
  const sources = { env, dotenv, keyFile, fileKeys, keyName, kept, baseUrl, pictureHosts, sandbox };
  const [profile, ...further] = await profilesFor(names, own, sources);
  const first = endpointOf(profile, sources);
  for (const [name, found] of ofGateway(profile)) {
    // What the user says of one gateway counts more than what is said of prices in general.
    if (name === 'prices' || !chosen.has(name)) chosen.set(name, found);
  }
  const used = [profile, ...further].flatMap(variablesUsed);
  return {
    profile,
    credentials: () => first.credentials(),
    get baseUrl() {
      return first.baseUrl;
    },
    get pictureHosts() {
      return first.pictureHosts;
    },
    further: further.map((each) => endpointOf(each, sources)),
    sandbox,
    defaults: Object.fromEntries([...chosen].map(([name, { value }]) => [name, value])),
    origins: Object.fromEntries([...chosen].map(([name, { from }]) => [name, from])),
    notices: [
      ...(found ? [foundNote(baseUrl)] : []),
      ...(sandbox ? [] : keyNotes()),
      ...(sandbox || baseUrl ? [] : addressNotes(dotenv)),
      ...BY_ENVIRONMENT_ALONE.filter((name) => valueOf(dotenv, name) !== null).map(
        (name) => `${name} in .env does nothing; it counts in the environment alone.`,
      ),
      ...NOT_BY_A_FOLDER.filter((name) => valueOf(dotenv, variableOf(name)) !== null).map(
        (name) => `${variableOf(name)} in .env is ignored: a file must not ${HARM[name]}.`,
      ),
      ...loosened,
      ...[zoneNote(env, reportedZone) ?? []].flat(),
      ...unknownIn(env, '', used),
      ...unknownIn(dotenv, IN_DOTENV, used),
    ],
    details: [platformNote(env) ?? []].flat(),
  };

  function keyNotes(): readonly string[] {
    const found = [env, dotenv].map((variables) => keyIn(GOOGLE.key.variables, variables, ''));
    const inFile = found.some((key) => key !== null) ? null : fileKeys.find((key) => key !== null);
    const isGoogles = keyHolder(profile) === GOOGLE.name;
    const file = keyFile ?? (isGoogles ? inFile : null);
    if (file) return file.open ? [`Others can read ${file.from}: chmod 600 makes it yours alone.`] : [];
    if (found.every((key) => key === null)) return [openNote(placesIfAny(env, cwd)) ?? []].flat();
    if (!isGoogles) return [];
    const [variables, suffix] = found[0] ? [env, ''] : [dotenv, IN_DOTENV];
    return [twoKeysNote(variables, suffix) ?? []].flat();
  }
}

const HOST = /^(?:\*\.)?[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/;

/** Hosts, parted by commas. */
export function hostsIn(found: Found | undefined): readonly string[] {
  const hosts = (found?.value ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (found === undefined || hosts.every((host) => HOST.test(host))) return hosts;
  throw usageFailure(
    `${found.from} takes hosts alone.`,
    'Write them without https://, parted by commas: cdn.example,*.pictures.example:8443',
  );
}

interface Source {
  readonly isOwn: boolean;
  /** Where it was found. */
  readonly folder: string;
  readonly preferences: ReadonlyMap<Preference, Found>;
}

/** Whoever cloned a folder has agreed to nothing: what came with it is heard only where it cannot do harm. */
export function withoutLoosening(sources: readonly Source[], cwd: string) {
  const notices: string[] = [];
  const preferences = sources.map(({ isOwn, folder, preferences: found }) => {
    if (isOwn) return found;
    return new Map(
      [...found].filter(([name, value]) => {
        const harm = harmOf(name, value, { folder, cwd });
        if (harm !== null) notices.push(`${value.from} is ignored: a folder ${harm}.`);
        return harm === null;
      }),
    );
  });
  return { preferences, notices };
}

/** Why a folder may not set this, as the end of a sentence; null where it may. */
function harmOf(name: Preference, found: Found, { folder, cwd }: Place): string | null {
  if (name === 'ask-above' && isAbove(found, ASK_ABOVE))
    return `may make pixtab ask earlier than above ${format(ASK_ABOVE)}, not later`;
  if (name !== 'store' && name !== 'out') return null;
  if (isInBucket(found.value)) return 'must not send your pictures to a bucket';
  const way = relative(realPath(folder), realPath(resolve(cwd, found.value)));
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
    ? 'must not have files written outside of it'
    : null;
}

interface Place extends Pick<Source, 'folder'> {
  readonly cwd: string;
}

/** A path with every link followed, as far as it is there. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

/** What is no amount counts as the smallest, so that it is refused. */
function smallestOf(found: readonly Found[]): Found | undefined {
  const [smallest] = found.toSorted((a, b) => compare(amountIn(a), amountIn(b)));
  return smallest;
}

const isAbove = (found: Found, limit: Usd): boolean => compare(amountIn(found), limit) > 0;

function amountIn({ value }: Found): Usd | null {
  try {
    return usd(value.replace(/^\$/, ''));
  } catch {
    return null;
  }
}

const compare = (a: Usd | null, b: Usd | null): number => {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : Number(a > b);
};

/** The gateways that PIXTAB_GATEWAYS adds, in JSON as the settings file has them. */
export async function gatewaysOf(env: Variables, cwd: string): Promise<OwnGateways> {
  const text = valueOf(env, 'PIXTAB_GATEWAYS');
  if (text === null) return new Map();
  if (syntaxMistakeIn(text)) {
    throw usageFailure('PIXTAB_GATEWAYS is no JSON.', 'It is written as "gateways" in the settings file.');
  }
  return gatewaysIn(JSON.parse(text), 'PIXTAB_GATEWAYS', (path) => resolve(cwd, path));
}

/** The flags that a profile fills in. */
function ofGateway({
  name,
  priceFile,
  timeouts: { purchaseSeconds },
}: Profile): ReadonlyMap<Preference, Found> {
  const from = `gateway ${name}`;
  return new Map<Preference, Found>([
    ...(priceFile === null ? [] : [['prices', { value: priceFile, from }] as const]),
    ...(purchaseSeconds === null ? [] : [['timeout', { value: String(purchaseSeconds), from }] as const]),
  ]);
}

const variablesUsed = ({ key, headers }: Profile): readonly string[] => [
  ...key.variables,
  ...headers.flatMap(({ value }) => variablesNamed(value)),
];

function byAFolder(found: ReadonlyMap<Preference, Found>): ReadonlyMap<Preference, Found> {
  return new Map([...found].filter(([name]) => !isOfTheUser(name)));
}

/** The sandbox ignores the variable that other tools use too, because that one names a gateway. */
function baseUrlIn(env: Variables, flags: SettingsFlags, sandbox: boolean): Found | null {
  if (flags.baseUrl !== undefined) return { value: flags.baseUrl.trim(), from: '--base-url' };
  for (const name of sandbox ? [OWN_BASE_URL_VARIABLE] : BASE_URL_VARIABLES) {
    const value = valueOf(env, name);
    if (value !== null) return { value, from: name };
  }
  return null;
}

/** What is bought of a sandbox costs nothing, whether or not the user said so. A broken address is judged where it is used. */
async function isSandboxAt({ value }: Found): Promise<boolean> {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || url.username || url.password || !isLoopback(url.hostname)) return false;
  return (await import('../is-sandbox.ts')).isSandboxUnasked(value);
}

const foundNote = ({ value, from }: Found): string =>
  `A sandbox answers at ${value} (from ${from}): nothing is spent, and it is booked as with --sandbox.`;

/** The working directory must not decide where the key is sent. */
function addressNotes(dotenv: Variables): readonly string[] {
  return BASE_URL_VARIABLES.filter((name) => valueOf(dotenv, name) !== null).map(
    (name) =>
      `${name} in .env is ignored: a file must not decide where your key is sent. ` +
      'Set it in the environment, or pass --base-url.',
  );
}

function switchIn(variables: Variables, suffix: string): boolean | null {
  const value = valueOf(variables, 'PIXTAB_SANDBOX');
  if (value === null) return null;
  if (/^(?:1|true)$/i.test(value)) return true;
  if (/^(?:0|false)$/i.test(value)) return false;
  throw usageFailure(`PIXTAB_SANDBOX${suffix} must be 1 or 0.`);
}
