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
