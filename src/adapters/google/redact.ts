const MASK = '[key]';

/** `text` without the key, in any of the spellings in which a server or a library echoes it. */
export function redact(text: string, key: string): string {
  if (key === '') return text;
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

/** Overwrites the key in an answer that echoes it, so that no file ever holds it. */
export function scrub(body: Uint8Array, key: string): Uint8Array {
  if (key.length < UNMISTAKABLE) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at))
    bytes.fill('*', at, at + key.length);
  return body;
}

const SHOWN = 24;

/** For people: a picture in a request is shown by how it begins. */
export const shortened = (key: string, value: unknown): unknown =>
  key === 'data' && typeof value === 'string' && value.length > SHOWN
    ? `${value.slice(0, SHOWN)}… (${value.length} characters)`
    : value;
