// East Asian letters and pictographs take two columns of a terminal. https://www.unicode.org/reports/tr11/, checked 2026-11-27
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const NONE = /\p{Mn}|\p{Me}|\u200C|\u200D/u;

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += columnsOf(char);
  return width;
}

const columnsOf = (char: string): number => (NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1);

/** A text in at most so many columns; what is missing is an ellipsis. */
export function cutTo(text: string, width: number, where: 'middle' | 'end'): string {
  if (widthOf(text) <= width) return text;
  const room = width - 1;
  const tail = where === 'middle' ? Math.floor(room / 2) : 0;
  const chars = Array.from(text);
  return `${taken(chars, room - tail).join('')}…${taken(chars.toReversed(), tail).toReversed().join('')}`;
}

/** As many of the first characters as there is room for, which is less than all of them take. */
function taken(chars: readonly string[], room: number): readonly string[] {
  let left = room;
  return chars.slice(
    0,
    chars.findIndex((char) => (left -= columnsOf(char)) < 0),
  );
}
