import { z } from 'zod';
import { usageFailure } from '../../core/errors.ts';
import type { Preference } from '../../core/preferences.ts';
import { nearest } from '../../core/text/nearest.ts';
import { printable } from '../../core/text/text.ts';

/** Judged by the parser of the flag it stands for. */
const Value = z.union([z.string(), z.number()]).transform(String);
const List = z.union([z.string(), z.array(z.string())]).transform((names) => [names].flat().join(','));
const Rules = z.union([z.string(), z.array(z.string())]).transform((rules) => [rules].flat().join(';'));

const SettingsFile = z
  .strictObject({
    model: Value,
    size: Value,
    aspect: Value,
    out: Value,
    format: Value,
    quality: Value,
    lane: Value,
    route: Rules,
    fallback: List,
    'max-cost': Value,
    'ask-above': Value,
    'on-retired': Value,
    retries: Value,
    timeout: Value,
    concurrency: Value,
    rpm: Value,
    rpd: Value,
    ipm: Value,
    'spend-rate': Value,
    tier: Value,
    project: Value,
    store: Value,
    'store-limit': Value,
    gateway: List,
    key: Value,
    prices: z.string(),
    'forget-after': Value,
    'session-days': Value,
    'picture-hosts': List,
    ledger: Value,
    journal: Value,
    color: Value,
    'api-key': z.string(),
  } satisfies Record<Preference | 'api-key', z.ZodType<string>>)
  .partial()
  // Read apart, because its mistakes have places of their own.
  .extend({ gateways: z.unknown().optional() });

export type SettingsFile = z.infer<typeof SettingsFile>;

const KNOWN = Object.keys(SettingsFile.shape);
const ADDRESS = /^(?:google-?|gemini-?)*base-?url$/i;
const PRICE = /^(?:price|rates?)$/i;

/** Reads what a settings file holds; says which key of which file is wrong, and what was probably meant. */
export function readSettings(json: unknown, file: string): SettingsFile {
  const result = SettingsFile.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw unknownKey(issue.keys[0] ?? '', file);
  const key = issue?.path[0];
  throw usageFailure(
    key === undefined
      ? `${file} must hold an object: {"model": "auto"}.`
      : `${file}: "${String(key)}" must be ${key === 'api-key' || key === 'prices' ? 'a text' : 'a text or a number'}.`,
  );
}

function unknownKey(key: string, file: string) {
  const said = `${file}: "${printable(key)}"`;
  if (ADDRESS.test(key)) {
    return usageFailure(
      `${said} cannot be set in a file, which must not decide where your key is sent.`,
      'Set PIXTAB_BASE_URL in the environment, or pass --base-url.',
    );
  }
  if (PRICE.test(key))
    return usageFailure(`${said} cannot be set in a file: "prices" names a file with prices.`);
  const meant = nearest(key, KNOWN);
  return usageFailure(
    `${said} is no setting${meant ? `; "${meant}" is` : ''}.`,
    `Settings: ${KNOWN.join(', ')}.`,
  );
}
