import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { type Failure, usageFailure } from '../../../core/errors.ts';
import { isLoopback } from '../../http/loopback.ts';

/** Where a server is, and how to come in. */
export interface Target {
  /** A folder is that of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** null where .pgpass may have it. */
  readonly password: string | null;
  readonly database: string;
  /** What is tried in turn; false is without TLS. */
  readonly tls: readonly (ConnectionOptions | false)[];
}

export interface Address {
  readonly target: Target;
  /** The schema that the ledger has to itself. */
  readonly schema: string;
  /** For people: without a password. */
  readonly shown: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

const PARAMETERS = new Set([
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'schema',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
]);

/**
 * Reads an address as libpq does, with its variables behind what the address leaves out, and a `schema` of our own.
 * `named` is who gave the address, for messages. https://www.postgresql.org/docs/15/libpq-connect.html, checked 2026-11-27
 */
export function addressIn(text: string, env: Env, named = 'PIXTAB_LEDGER'): Address {
  const wrong = (why: string): Failure =>
    usageFailure(`${named} ${why}.`, 'It is written postgres://user@host:5432/database?sslmode=verify-full');
  // A URL needs a host behind a user; libpq does not.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#]|$)/, `$1${UNNAMED}`);
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol))
    throw wrong('is no address of a PostgreSQL server');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw wrong(`has a parameter "${unknown}", which it does not take`);

  const said = (name: string): string | null => url.searchParams.get(name) || null;
  const decoded = (part: string): string | null => (part === '' ? null : decodeURIComponent(part));
  const variable = (name: string): string | null => env[name]?.trim() || null;
  const host =
    said('host') ??
    decoded(url.hostname === UNNAMED ? '' : url.hostname.replace(/^\[(.*)\]$/, '$1')) ??
    variable('PGHOST') ??
    'localhost';
  const user =
    said('user') ?? decoded(url.username) ?? variable('PGUSER') ?? variable('USER') ?? variable('USERNAME');
  if (user === null) throw wrong('names no user');
  const port = Number(said('port') ?? (url.port || variable('PGPORT') || 5432));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('has a port that is none');
  const database = said('dbname') ?? decoded(url.pathname.slice(1)) ?? variable('PGDATABASE') ?? user;
  const schema = said('schema') ?? 'pixtab';
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema))
    throw wrong('has a schema that is no name: small letters, digits and _ make one');
  const password = said('password') ?? decoded(url.password) ?? variable('PGPASSWORD');
  const mode = said('sslmode') ?? variable('PGSSLMODE');
  if (mode !== null && !isMode(mode)) throw wrong(`has sslmode=${mode}; it takes ${MODES.join(', ')}`);

  const file = (name: string, other: string): Buffer | null => {
    const path = said(name) ?? variable(other);
    if (path === null || path === 'system') return null;
    if (!existsSync(path)) throw usageFailure(`${name} of ${named}: there is no file ${path}.`);
    return readFileSync(path);
  };
  const root = file('sslrootcert', 'PGSSLROOTCERT') ?? usualRoot(env, said('sslrootcert'));
  const cert = file('sslcert', 'PGSSLCERT');
  const key = file('sslkey', 'PGSSLKEY');
  const own: ConnectionOptions = { ...(root && { ca: root }), ...(cert && { cert }), ...(key && { key }) };

  const isHere = host.startsWith('/') || isLoopback(host.includes(':') ? `[${host}]` : host);
  const tls = host.startsWith('/')
    ? [false as const]
    : tlsFor(mode ?? (isHere ? 'disable' : 'prefer'), own, root !== null);
  const place = host.startsWith('/') ? '' : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const inSchema = schema === 'pixtab' ? '' : `?schema=${schema}`;
  return {
    target: { host, port, user, password, database, tls },
    schema,
    shown: `postgres://${user}@${place}/${database}${inSchema}`,
  };
}

const UNNAMED = 'unnamed.invalid';

const isMode = (mode: string): mode is Mode => MODES.some((known) => known === mode);

/** The certificate that libpq looks for where none is named. */
function usualRoot(env: Env, said: string | null): Buffer | null {
  const path = join(env['HOME'] ?? '', '.postgresql', 'root.crt');
  return said === null && env['HOME'] && existsSync(path) ? readFileSync(path) : null;
}

function tlsFor(mode: Mode, own: ConnectionOptions, hasRoot: boolean): Target['tls'] {
  const anyone: ConnectionOptions = { ...own, rejectUnauthorized: false };
  const anyName: ConnectionOptions = {
    ...own,
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  };
  const ways: Record<Mode, Target['tls']> = {
    disable: [false],
    allow: [false],
    prefer: [anyone, false],
    // With a root certificate it is what verify-ca is, as libpq has it.
    require: [hasRoot ? anyName : anyone],
    'verify-ca': [anyName],
    'verify-full': [{ ...own, rejectUnauthorized: true }],
  };
  return ways[mode];
}
