type Path = readonly PropertyKey[];

/** The line on which the value at `path` stands in a valid JSON text, or its nearest parent. Counts from 1. */
export function jsonLine(text: string, path: Path): number {
  let at = 0;
  let found = 0;

  const skipSpace = (): void => {
    while (/[\s,:]/.test(text[at] ?? '')) at += 1;
  };
  const skipString = (): string => {
    const start = at;
    at += 1;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    const name: string = JSON.parse(text.slice(start, at));
    return name;
  };
  const skipScalar = (): void => {
    while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1;
  };

  /** Reads the value that begins here; `depth` names of the path lead to it, or it is beside the path. */
  const walk = (depth: number | null): void => {
    skipSpace();
    if (depth !== null) found = at;
    const opening = text[at];
    if (opening === '"') skipString();
    else if (opening !== '{' && opening !== '[') skipScalar();
    else walkInside(opening, depth);
  };

  const walkInside = (opening: string, depth: number | null): void => {
    at += 1;
    let index = 0;
    for (skipSpace(); text[at] !== '}' && text[at] !== ']'; skipSpace()) {
      const name = opening === '{' ? skipString() : index;
      index += 1;
      walk(depth !== null && path[depth] === name ? depth + 1 : null);
    }
    at += 1;
  };

  walk(0);
  return lineAt(text, found);
}

/** Where a JSON text breaks, as the engine's error says it; null when it says nothing. */
export function brokenJsonLine(text: string, error: unknown): number | null {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  return message.includes('end of JSON input') ? lineAt(text, text.length) : null;
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
