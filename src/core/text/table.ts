export interface Column {
  readonly title: string;
  /** Numbers end where their column ends. */
  readonly right?: boolean;
}

export type Row = readonly string[];

/** Rows under their titles, two spaces apart, nothing after the last character. */
export function textTable(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (row: Row): string =>
    columns
      .map(({ right }, at) => {
        const width = widths[at] ?? 0;
        const cell = row[at] ?? '';
        return right === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
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
