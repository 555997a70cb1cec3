import { widthOf } from './width.ts';

/** What a line begins with that its other lines leave free: a margin, or labels with wide gaps behind them. */
const HEAD = /^(?: *(?:[^ ]+(?: [^ ]+)? {2,}){1,2}|pixtab: | +)/;
/** A column that is narrower than this reads worse than one that begins further left. */
export const NARROWEST = 20;

/**
 * A sentence in lines of at most `room` columns, broken between words; what follows the first begins where its text
 * does. A word that is wider, such as an address, stays whole. Escape codes take no room.
 */
export function wrapped(line: string, room: number): readonly string[] {
  if (shownWidth(line) <= room) return [line];
  const [head = ''] = HEAD.exec(unescaped(line)) ?? [];
  const least = Math.min(2, head.length);
  const indent = room - head.length < NARROWEST ? least : head.length;
  const lines: string[] = [];
  let current = '';
  for (const [piece] of line.matchAll(/ *[^ ]+/g)) {
    const isFull = current !== '' && shownWidth(current + piece) > room;
    if (isFull) lines.push(current);
    const word = piece.trimStart();
    const margin = shownWidth(word) > room - indent ? least : indent;
    current = isFull ? ' '.repeat(margin) + word : current + piece;
  }
  return [...lines, current];
}

const shownWidth = (text: string): number => widthOf(unescaped(text));

// eslint-disable-next-line no-control-regex -- the escape character is the point
const unescaped = (text: string): string => text.replace(/\u001B\[\d+m/g, '');
