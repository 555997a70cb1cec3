/** Deeper than any gateway wraps an answer. */
const DEEPEST = 6;

/** The answers in a document: the objects that have one of the fields, whatever is wrapped around them. */
export function answersIn(document: unknown, fields: ReadonlySet<string>, depth = DEEPEST): object[] {
  if (depth === 0 || typeof document !== 'object' || document === null) return [];
  if (Array.isArray(document)) return document.flatMap((one) => answersIn(one, fields, depth - 1));
  if (Object.keys(document).some((name) => fields.has(name))) return [document];
  return Object.values(document).flatMap((inner) => answersIn(inner, fields, depth - 1));
}
