const MOST = 10_000;

/** Remembers what was made of a text: an invoice has millions of rows, and few texts in them. Forgets all when there are too many. */
export function remembering<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.made;
    const made = make(text);
    if (known.size >= MOST) known.clear();
    known.set(text, { made });
    return made;
  };
}
