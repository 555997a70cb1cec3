import { z } from 'zod';
import { usageFailure } from '../../core/errors.ts';
import { GATEWAYS } from '../../core/providers/gateways.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import { KEY_HEADERS, WIRES } from '../../core/providers/profile.ts';
import { printable } from '../../core/text/text.ts';

const LIKE = [GOOGLE, ...GATEWAYS].map(({ name }) => name);

const Link = z.url({ protocol: /^https$/ }).optional();

/** Header names that would change whose request it is, or how it is read. */
const RESERVED = /^(?:host|content-|transfer-|connection$|authorization$|x-goog-api-key$)/i;

const HeaderName = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .refine((name) => !RESERVED.test(name));

const Gateway = z.strictObject({
  /** The built-in gateway that it is like, or google, which answers by another road there. */
  like: z.enum(LIKE).optional(),
  address: z.string().optional(),
  wire: z.enum(WIRES).optional(),
  /** The variable that holds the key. */
  key: z
    .string()
    .regex(/^[A-Za-z_]\w*$/)
    .optional(),
  credentials: z.enum(KEY_HEADERS).optional(),
  headers: z.record(HeaderName, z.string().regex(/^[\x20-\x7E]*$/)).optional(),
  can: z
    .strictObject({
      files: z.boolean().exactOptional(),
      batch: z.boolean().exactOptional(),
      predict: z.boolean().exactOptional(),
      tiers: z.boolean().exactOptional(),
      search: z.boolean().exactOptional(),
    })
    .optional(),
  /** Whose errors it answers with. */
  errors: z.enum(['google', 'own']).optional(),
  refusals: z.enum(['as-said', 'charged']).optional(),
  /** Seconds. */
  timeout: z.int().min(10).max(3_600).optional(),
  /** A file; a path starts where the settings file is. */
  prices: z.string().optional(),
  links: z.strictObject({ key: Link, billing: Link, spending: Link, limits: Link }).partial().optional(),
});

export type GatewaySettings = z.infer<typeof Gateway>;

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** What each key of a gateway takes, for messages. */
const TAKES: Readonly<Record<string, string>> = {
  like: `one of ${LIKE.join(', ')}`,
  address: 'an address that begins with https://',
  wire: `one of ${WIRES.join(', ')}`,
  key: 'the name of the variable that holds the key, such as RELAY_API_KEY, and never the key itself',
  credentials: `one of ${KEY_HEADERS.join(', ')}`,
  headers: 'an object such as {"x-team": "${TEAM_TOKEN}"}, without the headers that pixtab sets itself',
  can: 'an object such as {"files": true}, of files, batch, predict, tiers and search',
  errors: '"google" where errors of Google are passed on as they are, or "own"',
  refusals: '"charged", or "as-said" where the answer says whether it is',
  timeout: 'seconds from 10 to 3600',
  prices: 'the path of a file with prices',
  links: 'an object of https addresses: key, billing, spending, limits',
};

/** Reads what a user says of gateways. `where` names the file or the variable. Failure `usage` names the key. */
export function readGateways(json: unknown, where: string): ReadonlyMap<string, GatewaySettings> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw usageFailure(
      `${where} must hold an object: {"my-relay": {"like": "new-api", "address": "https://…"}}.`,
    );
  return new Map(Object.entries(json).map(([name, value]) => [name, gatewayIn(name, value, where)]));
}

function gatewayIn(name: string, value: unknown, where: string): GatewaySettings {
  const said = `${where}, gateway "${printable(name).slice(0, 60)}"`;
  if (!NAME.test(name)) throw usageFailure(`${said}: a name is made of small letters, digits and hyphens.`);
  if (name === 'google') throw usageFailure(`${said}: this name is Google's own.`, 'Take another name.');
  const { success, data, error } = Gateway.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const within = issue.path.length > 0 ? ` in "${String(issue.path[0])}"` : '';
    throw usageFailure(
      `${said}: there is no "${printable(issue.keys[0] ?? '')}"${within}.`,
      within === '' ? `It takes ${Object.keys(TAKES).join(', ')}.` : undefined,
    );
  }
  const key = String(issue?.path[0] ?? '');
  throw usageFailure(
    key === '' ? `${said} must be an object.` : `${said}: "${key}" takes ${TAKES[key] ?? 'something else'}.`,
  );
}
