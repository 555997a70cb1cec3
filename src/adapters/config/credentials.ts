import { Failure } from '../../core/errors.ts';
import type { Credentials } from '../../ports/index.ts';
import { redactor } from './redact.ts';
import { unquoted, type Found } from './variables.ts';

/**
 * A header takes these characters: with any other, the HTTP client would print the key in its complaint. One quotation
 * mark at an end is left of a pair.
 */
const KEY = /^(?!["'`])[\x21-\x7E]+(?<!["'`])$/;

/** A key as Google takes it, in a header. A message about one that cannot be a key shows no part of it. */
export function keyCredentials({ value, from }: Found): Credentials {
  const key = unquoted(value);
  if (!KEY.test(key)) {
    throw new Failure('auth', `The API key in ${from} has characters that no key has.`, {
      hint: 'Look for spaces, line breaks, quotation marks or a second line.',
    });
  }
  return {
    from,
    headers: () => ({ 'x-goog-api-key': key }),
    ...redactor([key]),
    // The process is asked for the module, because an import would cost every start and few starts sign anything.
    sign: (text) =>
      process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(text).digest('hex'),
  };
}
