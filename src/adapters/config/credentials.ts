import { Failure } from '../../core/errors.ts';
import type { Credentials } from '../../ports/index.ts';
import type { Found } from './variables.ts';

/** A header takes these characters. With any other, the HTTP client would print the key in its complaint. */
const KEY = /^[\x21-\x7E]+$/;

/** A key as Google takes it, in a header. A message about one that cannot be a key shows no part of it. */
export function keyCredentials({ value: key, from }: Found): Credentials {
  if (!KEY.test(key)) {
    throw new Failure('auth', `The API key in ${from} has characters that no key has.`, {
      hint: 'Look for spaces, line breaks, quotation marks or a second line.',
    });
  }
  return {
    from,
    headers: () => ({ 'x-goog-api-key': key }),
    clean: (text) => redact(text, key),
    scrub: (body) => scrub(body, key),
    // The process is asked for the module, because an import would cost every start and few starts sign anything.
    sign: (text) =>
      process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(text).digest('hex'),
  };
}

const MASK = '[key]';

function redact(text: string, key: string): string {
  let clean = text;
  for (const spelling of spellings(key)) clean = clean.replaceAll(spelling, MASK);
  return clean;
}

function spellings(key: string): Set<string> {
  const inJson = JSON.stringify(key).slice(1, -1);
  return new Set([key, inJson, encodeURIComponent(key), Buffer.from(key).toString('base64')]);
}

// A shorter key could stand in a picture's base64 by chance.
const UNMISTAKABLE = 12;

function scrub(body: Uint8Array, key: string): Uint8Array {
  if (key.length < UNMISTAKABLE) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at))
    bytes.fill('*', at, at + key.length);
  return body;
}
