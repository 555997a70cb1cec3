/** A cell, and where it begins; both count from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface CsvFormat {
  readonly separator: ',' | ';' | '\t';
  /** Lines that begin with it are no rows. */
  readonly comment?: string;
  /** The failure of what is malformed; `what` is a clause. */
  readonly wrong: (place: Pick<Cell, 'line' | 'column'>, what: string) => Error;
}

/** Rows as RFC 4180 has them, in pieces; a quoted cell may go on for lines. Blank lines are no rows. */
export async function* csvRows(
  pieces: AsyncIterable<readonly string[]>,
  format: CsvFormat,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let line = 0;
  let row: Cell[] = [];
  let open: Cell | null = null;
  for await (const piece of pieces) {
    const rows: (readonly Cell[])[] = [];
    for (const text of piece) {
      line += 1;
      if (open === null && row.length === 0 && isNoRow(text, format)) continue;
      open = cellsIn(text, line, row, open, format);
      if (open !== null) continue;
      rows.push(row);
      row = [];
    }
    yield rows;
  }
  if (open !== null) throw format.wrong(open, 'the quotes of this cell are never closed');
}

const isNoRow = (text: string, { comment }: CsvFormat): boolean =>
  text.trim() === '' || (comment !== undefined && text.startsWith(comment));

/** Adds the cells of one line to a row; one whose quotes are still open at its end is given back. */
function cellsIn(
  text: string,
  line: number,
  row: Cell[],
  before: Cell | null,
  { separator, wrong }: CsvFormat,
): Cell | null {
  let at = 0;
  let open = before && { ...before, text: `${before.text}\n` };
  for (;;) {
    if (open === null && text[at] === '"') {
      open = { text: '', line, column: at + 1 };
      at += 1;
    }
    if (open !== null) {
      const end = closingQuote(text, at);
      if (end === -1) return { ...open, text: open.text + text.slice(at).replaceAll('""', '"') };
      row.push({ ...open, text: open.text + text.slice(at, end).replaceAll('""', '"') });
      open = null;
      at = end + 1;
      if (at < text.length && text[at] !== separator)
        throw wrong({ line, column: at + 1 }, `${NAMED[separator]} should follow the closing quotes`);
    } else {
      const end = text.indexOf(separator, at);
      const stop = end === -1 ? text.length : end;
      row.push({ text: text.slice(at, stop), line, column: at + 1 });
      at = stop;
    }
    if (at >= text.length) return null;
    at += 1;
  }
}

const NAMED = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' };

/** Where the quotes end; two of them are one in the text. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
