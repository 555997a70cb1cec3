import { seededRandom } from '../random.ts';

/** In what a sheet of drafts may differ from what was asked for. */
export type SheetOddity = 'uneven' | 'no gutters' | 'other count' | 'white' | 'border' | 'empty' | 'captions';

/** A sheet of drafts, as a prompt asks for it. */
export interface SheetWish {
  readonly columns: number;
  readonly rows: number;
  /** What each cell shows. */
  readonly words: string;
}

/** null where one picture is asked for. */
export function sheetIn(prompt: string): SheetWish | null {
  const [, columns, rows] = /\bgrid of (\d) columns and (\d) rows\b/i.exec(prompt) ?? [];
  if (columns === undefined || rows === undefined) return null;
  const at = prompt.indexOf('\n\n');
  return { columns: Number(columns), rows: Number(rows), words: at < 0 ? prompt : prompt.slice(at + 2) };
}

/** Where a picture is drawn, in whole pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface SheetLayout {
  readonly cells: readonly Box[];
  /** The colour between them. */
  readonly ground: string;
}

export function sheetLayout(
  { columns, rows, words }: SheetWish,
  { width, height }: Pick<Box, 'width' | 'height'>,
  odd: SheetOddity | null,
): SheetLayout {
  const random = seededRandom('sheet', words, odd ?? '');
  const thick = Math.max(4, Math.round(width / 44));
  const gutter = odd === 'no gutters' ? 0 : thick;
  const border = odd === 'border' ? thick * 2 : 0;
  const shift = odd === 'uneven' ? 0.06 : 0;
  const across = odd === 'other count' ? columns + 1 : columns;
  const spans = (length: number, count: number): readonly (readonly [start: number, length: number])[] => {
    const cell = (length - 2 * border - (count - 1) * gutter) / count;
    const edges = Array.from({ length: count + 1 }, (_, at) => {
      const isInside = at > 0 && at < count;
      return border + at * (cell + gutter) + (isInside ? random.between(-shift, shift) * cell : 0);
    });
    return edges.slice(0, -1).map((start, at) => {
      const end = (edges[at + 1] ?? length) - gutter;
      return [Math.round(start), Math.round(end) - Math.round(start)] as const;
    });
  };
  const xs = spans(width, across);
  const cells = spans(height, rows).flatMap(([top, tall]) =>
    xs.map(([left, wide]) => ({ left, top, width: wide, height: tall })),
  );
  if (odd === 'white') return { cells: cells.map(inside), ground: '#ffffff' };
  if (odd === 'captions') return { cells: cells.flatMap(withCaption), ground: '#000000' };
  return { cells: odd === 'empty' ? cells.slice(0, -2) : cells, ground: '#000000' };
}

/** A thing in front of nothing, as goods are shown. */
const inside = ({ left, top, width, height }: Box): Box => ({
  left: left + Math.round(width / 5),
  top: top + Math.round(height / 5),
  width: Math.round((width * 3) / 5),
  height: Math.round((height * 3) / 5),
});

/** A line below the picture, which nobody asked for. */
function withCaption({ left, top, width, height }: Box): readonly Box[] {
  const line = Math.max(3, Math.round(height / 25));
  const picture = { left, top, width, height: height - line * 2 };
  return [
    picture,
    { left: left + line, top: top + height - line, width: Math.round(width / 2), height: line },
  ];
}
