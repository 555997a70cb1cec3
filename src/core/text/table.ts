import { widthOf, cutTo } from './width.ts';

export interface Column {
  readonly title: string;
  /** Numbers end where their column ends. */
  readonly right?: boolean;
  /** Where its cells may be cut for a table to fit: a name keeps both its ends. */
  readonly cut?: 'middle' | 'end';
  /** Left out where there is no room even then: the lowest number goes first. */
  readonly spare?: number;
}

export type Row = readonly string[];

const GAP = 2;
/** Columns of a cell that is cut: what can be read, and what says anything. */
const READABLE = 12;
const LEAST = 6;

/**
 * Rows under their titles, two spaces apart, nothing after the last character; in no more columns than there are. Where
 * there is too little room for that, each row is a paragraph.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly Row[],
  room = Number.POSITIVE_INFINITY,
): readonly string[] {
  const fitted = fit(columns, rows, room);
  if (excess(fitted, room) > 0) return paragraphs(columns, rows, room);
  const line = (row: Row): string =>
    fitted
      .map(({ at, width, column: { right, cut } }) => {
        const cell = cutTo(row[at] ?? '', width, cut ?? 'end');
        const pad = ' '.repeat(width - widthOf(cell));
        return right === true ? pad + cell : cell + pad;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** A line a cell behind its title, and a blank line between rows. */
function paragraphs(columns: readonly Column[], rows: readonly Row[], room: number): readonly string[] {
  const wide = Math.max(...columns.map(({ title }) => widthOf(title))) + GAP;
  const line = ({ title, cut }: Column, cell: string): string =>
    title +
    ' '.repeat(wide - widthOf(title)) +
    (cut === undefined ? cell : cutTo(cell, Math.max(LEAST, room - wide), cut));
  return rows.flatMap((row, at) => [
    ...(at > 0 ? [''] : []),
    ...columns.flatMap((column, index) => (row[index] ? [line(column, row[index])] : [])),
  ]);
}

interface Fitted {
  readonly at: number;
  readonly column: Column;
  readonly width: number;
}

/** Leaves out what can be spared until the rest can be read, and cuts its widest columns. */
function fit(columns: readonly Column[], rows: readonly Row[], room: number): readonly Fitted[] {
  const all = columns.map((column, at) => ({
    at,
    column,
    width: Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  }));
  const spares = all
    .filter(({ column }) => column.spare !== undefined)
    .toSorted((a, b) => (a.column.spare ?? 0) - (b.column.spare ?? 0));
  for (let gone = 0; gone < spares.length; gone += 1) {
    const left = all.filter((one) => !spares.slice(0, gone).includes(one));
    const cut = cutDown(left, room, READABLE);
    if (excess(cut, room) <= 0) return cut;
  }
  return cutDown(
    all.filter((one) => !spares.includes(one)),
    room,
    LEAST,
  );
}

const excess = (columns: readonly Fitted[], room: number): number =>
  columns.reduce((sum, { width }) => sum + width + GAP, -GAP) - room;

/** The widest columns first, so that all that are cut end up alike. */
function cutDown(columns: readonly Fitted[], room: number, least: number): readonly Fitted[] {
  let cut = columns;
  for (let over = excess(cut, room); over > 0; over -= 1) {
    const widest = cut
      .filter(({ column, width }) => column.cut !== undefined && width > least)
      .reduce<Fitted | null>((most, one) => (most && most.width >= one.width ? most : one), null);
    cut = cut.map((one) => (one === widest ? { ...one, width: one.width - 1 } : one));
  }
  return cut;
}

export function markdownTable(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const line = (cells: Row): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ right }) => (right === true ? '--:' : '---'))),
    ...rows.map(line),
  ];
}

/** RFC 4180, but with a plain line feed; a cell that a spreadsheet would run as a formula is made text. */
export function csvTable(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const line = (cells: Row): string => cells.map(csvCell).join(',');
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

function csvCell(text: string): string {
  const cell = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
