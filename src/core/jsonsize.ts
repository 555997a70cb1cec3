// Base64 and the like: no character of it is escaped, and each is a byte.
const PLAIN = /^[A-Za-z0-9+/=_ .,:;-]*$/;

/** As \u0000 at worst. */
const MOST_A_CHARACTER = 6;

/** How many bytes a value has as JSON, at most; exact enough for what is mostly base64. */
export function jsonSize(value: unknown): number {
  if (typeof value === 'string') return 2 + value.length * (PLAIN.test(value) ? 1 : MOST_A_CHARACTER);
  if (Array.isArray(value)) return value.reduce((sum: number, each: unknown) => sum + jsonSize(each) + 1, 2);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).reduce((sum, [key, each]) => sum + jsonSize(key) + jsonSize(each) + 2, 2);
  }
  return String(value).length;
}
