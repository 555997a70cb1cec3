import { Failure, usageFailure } from '../../core/errors.ts';
import type { HeaderRule, KeyHeader, Profile } from '../../core/providers/profile.ts';
import type { Credentials } from '../../ports/index.ts';
import { redactor, UNMISTAKABLE } from './redact.ts';
import { filledIn, unquoted, valueOf, variablesNamed, type Found, type Variables } from './variables.ts';

/**
 * A header takes these characters: with any other, the HTTP client would print the key in its complaint. One quotation
 * mark at an end is left of a pair.
 */
const KEY = /^(?!["'`])[\x21-\x7E]+(?<!["'`])$/;

type Header = readonly [name: string, value: string];

const HEADER: Readonly<Record<Exclude<KeyHeader, 'none'>, (key: string) => Header>> = {
  'x-goog-api-key': (key) => ['x-goog-api-key', key],
  bearer: (key) => ['authorization', `Bearer ${key}`],
};

/** A key as Google takes it, in a header. A message about one that cannot be a key shows no part of it. */
export const keyCredentials = (found: Found): Credentials => {
  const key = secretIn(found, 'The API key');
  return credentialsWith(found.from, [key], [HEADER['x-goog-api-key'](key)]);
};

/**
 * The credentials of a provider: the key that was found, and further headers with values of the environment. null
 * where something is missing without which it takes nothing.
 */
export function credentialsOf(
  { key: rule, headers: rules, title }: Pick<Profile, 'key' | 'headers' | 'title'>,
  found: Found | null,
  env: Variables,
): Credentials | null {
  const further = rules.flatMap((each) => headerOf(each, title, env) ?? []);
  const secrets = further.flatMap(({ secrets }) => secrets);
  const headers = further.map(({ header }) => header);
  const from = further.flatMap(({ from }) => from);
  if (rule.header === 'none') return credentialsWith(from.join(', ') || 'no key', secrets, headers);
  if (found === null) {
    return rule.optional && headers.length > 0 ? credentialsWith(from.join(', '), secrets, headers) : null;
  }
  const key = secretIn(found, 'The API key');
  return credentialsWith(found.from, [key, ...secrets], [HEADER[rule.header](key), ...headers]);
}

function credentialsWith(from: string, secrets: readonly string[], headers: readonly Header[]): Credentials {
  return {
    from,
    ending: endingOf(secrets[0] ?? ''),
    headers: () => Object.fromEntries(headers),
    ...redactor(secrets),
    // The process is asked for the module, because an import would cost every start and few starts sign anything.
    sign: (text) =>
      process
        .getBuiltinModule('node:crypto')
        .createHmac('sha256', secrets.join('\n'))
        .update(text)
        .digest('hex'),
  };
}

/** Of Google's 39 letters, these are too few to guess the rest. */
const endingOf = (key: string): string => (key.length < 20 ? '' : key.slice(-4));

function secretIn({ value, from }: Found, what: string): string {
  const secret = unquoted(value);
  if (KEY.test(secret)) return secret;
  throw new Failure('auth', `${what} in ${from} has characters that no key has.`, {
    hint: 'Look for spaces, line breaks, quotation marks or a second line.',
  });
}

interface FilledHeader {
  readonly header: Header;
  readonly secrets: readonly string[];
  /** The variables that its value is made of. */
  readonly from: readonly string[];
}

/** A further header with its variables filled in; null where it is optional and one of them is not set. */
function headerOf({ name, value, optional }: HeaderRule, title: string, env: Variables): FilledHeader | null {
  const from = variablesNamed(value);
  const missing = from.find((variable) => valueOf(env, variable) === null);
  if (missing !== undefined) {
    if (optional) return null;
    throw usageFailure(
      `The header ${name} of ${title} takes its value from ${missing}, which is not set.`,
      `Set ${missing} in the environment.`,
    );
  }
  const secrets = from.map((variable) =>
    secretIn({ value: valueOf(env, variable) ?? '', from: variable }, `The value of the header ${name}`),
  );
  const filled = filledIn(value, (variable) => unquoted(valueOf(env, variable) ?? ''));
  // A user may write a token itself; what is shorter than any token is a word that messages may need.
  const written = filledIn(value, () => ' ')
    .split(/\s+/)
    .filter(({ length }) => length >= UNMISTAKABLE);
  return { header: [name, filled], secrets: [...secrets, ...written], from };
}
