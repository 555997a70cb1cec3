import { usageFailure } from '../../core/errors.ts';
import { adviceOf, GATEWAYS } from '../../core/providers/gateways.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import type { Profile } from '../../core/providers/profile.ts';
import { nearest } from '../../core/text/nearest.ts';
import { printable } from '../../core/text/text.ts';
import type { GatewaySettings } from './gateway-schema.ts';

/** The gateways of a user's settings, by their names. */
export type OwnGateways = ReadonlyMap<string, GatewaySettings>;

/** The providers that a list of names stands for, in its order. Failure `usage` names the one that nobody knows. */
export function profilesNamed(names: string, from: string, own: OwnGateways): readonly Profile[] {
  const wanted = names.split(',').map((name) => name.trim().toLowerCase());
  if (wanted.includes('')) throw usageFailure(`${from} takes names with commas between them.`);
  const repeated = wanted.find((name, index) => wanted.indexOf(name) < index);
  if (repeated !== undefined) throw usageFailure(`${from} names ${printable(repeated)} twice.`);
  return wanted.map((name) => profileNamed(name, from, own));
}

function profileNamed(name: string, from: string, own: OwnGateways): Profile {
  const settings = own.get(name);
  if (settings) return ownProfile(name, settings);
  const known = builtIn(name);
  if (known) return known;
  const names = [...own.keys(), GOOGLE.name, ...GATEWAYS.map((gateway) => gateway.name)];
  const meant = nearest(name, names);
  throw usageFailure(
    `${from}: there is no gateway "${printable(name)}"${meant ? `; did you mean ${meant}?` : '.'}`,
    `There are ${names.join(', ')}, and those that your settings file adds under "gateways".`,
  );
}

const builtIn = (name: string): Profile | undefined =>
  [GOOGLE, ...GATEWAYS].find((profile) => profile.name === name);

/** A gateway of the user's own: what its settings leave out is as with the gateway that it is like. */
function ownProfile(name: string, settings: GatewaySettings): Profile {
  const { like, address, key, credentials, headers, can, errors, refusals, timeout, prices, links, wire } =
    settings;
  const base = builtIn(like ?? name) ?? relay(wire);
  const variables = key === undefined ? variablesOf(name, base) : [key];
  const rule = { ...base.key, variables, ...(credentials !== undefined && { header: credentials }) };
  return {
    ...base,
    name,
    title: base.billedByGoogle ? base.title : name,
    address: address ?? base.address,
    wire: wire ?? base.wire,
    key: rule,
    headers: [
      ...base.headers,
      ...Object.entries(headers ?? {}).map(([header, value]) => ({ name: header, value, optional: false })),
    ],
    can: { ...base.can, ...can },
    speaksForGoogle: errors === undefined ? base.speaksForGoogle : errors === 'google',
    charges: refusals === undefined ? base.charges : { refusals },
    priceFile: prices ?? null,
    prices: like === undefined ? base.prices : null,
    timeouts: timeout === undefined ? base.timeouts : { ...base.timeouts, purchaseSeconds: timeout },
    advice:
      links === undefined && (base.name === name || base.billedByGoogle)
        ? base.advice
        : adviceOf(name, rule, links ?? {}),
  };
}

/** What is taken for granted of a gateway that is like none that is known. */
function relay(wire: Profile['wire'] | undefined): Profile {
  const name = wire === 'chat' ? 'openrouter' : 'new-api';
  return { ...(builtIn(name) ?? GOOGLE), name: '', address: null };
}

/** "my-relay" has its key in MY_RELAY_API_KEY; Google and a changed built-in one where they always have it. */
const variablesOf = (name: string, base: Profile): readonly string[] =>
  base.name === name || base.billedByGoogle
    ? base.key.variables
    : [`${name.toUpperCase().replaceAll(/\W/g, '_')}_API_KEY`];
