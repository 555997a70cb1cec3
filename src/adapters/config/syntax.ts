export interface SyntaxMistake {
  /** From 1. */
  readonly line: number;
  /** What should be there instead. */
  readonly expected: string;
}

/** Where a text stops being JSON, since JSON.parse does not always say; null when it is JSON throughout. */
export function syntaxMistakeIn(text: string): SyntaxMistake | null {
  let at = 0;

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) return false;
    at += found.length;
    return true;
  };
  const space = (): boolean => take(/[ \t\r\n]*/y);
  const token = (pattern: RegExp): boolean => take(pattern) && space();
  // eslint-disable-next-line no-control-regex -- a text must not hold them
  const string = (): boolean => token(/"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y);
  const scalar = (): boolean => token(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y);

  // Each of these moves on and returns what is missing, or null.
  const value = (): string | null => {
    if (string() || scalar()) return null;
    if (token(/\[/y)) return listed(/\]/y, ']', value);
    if (token(/\{/y)) return listed(/\}/y, '}', member);
    return text[at] === '"' ? 'the " that ends this text' : 'a value';
  };
  const member = (): string | null => {
    if (!string()) return 'a name in "quotation marks"';
    return token(/:/y) ? value() : 'a colon';
  };
  const listed = (close: RegExp, end: string, one: () => string | null): string | null => {
    if (token(close)) return null;
    do {
      const missing = one();
      if (missing !== null) return missing;
    } while (token(/,/y));
    return token(close) ? null : `a comma or ${end}`;
  };

  space();
  const expected = value() ?? (at === text.length ? null : 'the end of the file');
  return expected === null ? null : { line: text.slice(0, at).split('\n').length, expected };
}
