// What differs from run to run in the output that a page shows: ids, times of the day, and what encoders make of a picture.

const UUID = String.raw`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`;
const ID = String.raw`(?<![\w.])(?:${UUID}|[0-9a-f]{8}(?!\w|\.\d))|batches/\w+`;
const FILE = String.raw`\d+ bytes|"bytes": \d+|sha256 [0-9a-f]{12}|[0-9a-f]{64}`;
const TIME = String.raw`\d\d:\d\d(?::\d\d\.\d+Z)?`;
const VOLATILE = new RegExp(`${FILE}|${ID}|${TIME}`, 'g');

/**
 * What was printed; or what the page shows, where only these differ, or the order of lines that come when a picture does.
 * Adds the ids of this run to `ids`, by the id that the page shows.
 */
export function likeShown(
  shown: readonly string[],
  printed: readonly string[],
  ids: Map<string, string>,
): readonly string[] {
  const left = [...shown];
  const found = printed.map((line) => {
    const at = left.findIndex((other) => masked(other) === masked(line));
    const [same] = at === -1 ? [] : left.splice(at, 1);
    if (same !== undefined) learn(same, line, ids);
    return same;
  });
  const isSame = left.length === 0 && !found.includes(undefined);
  return isSame ? shown : printed.map((line, index) => found[index] ?? line);
}

const masked = (line: string): string => line.replace(VOLATILE, '…');

function learn(shown: string, printed: string, ids: Map<string, string>): void {
  const now = printed.match(VOLATILE) ?? [];
  for (const [at, then] of (shown.match(VOLATILE) ?? []).entries())
    if (!ids.has(then)) ids.set(then, now[at] ?? then);
}
