import { FIELD_NAMES, unknownKey } from '../../core/manifest/entry.ts';
import { FIELDS, VARIABLE, type Field } from '../../core/manifest/fields.ts';
import type { Path, Place, Written } from '../../core/manifest/problem.ts';
import { counted } from '../../core/text/text.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { malformed } from './content.ts';

const COLUMNS = ['id', ...FIELD_NAMES.filter((name) => name !== 'vars')];
const VAR = 'vars.';

interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A row an image, as RFC 4180 has it, under a header of keys and vars.name. An empty cell says nothing. */
export async function csvManifest(path: string, tree: Tree, file: string): Promise<ManifestFile> {
  return {
    head: { value: await listed(path, tree, file), placeOf: () => ({ file, line: 1, column: 1 }) },
    async *images() {
      let columns: readonly string[] | null = null;
      for await (const rows of rowsOf(tree.lines(path), file)) {
        const written: Written[] = [];
        for (const row of rows) {
          if (columns === null) columns = columnsIn(row, file);
          else written.push(imageIn(row, columns, file));
        }
        yield written;
      }
    },
  };
}

/** A header alone is an empty list of images; a file without a header has no list at all. */
async function listed(path: string, tree: Tree, file: string): Promise<{ readonly images?: [] }> {
  for await (const [header] of rowsOf(tree.lines(path), file))
    if (header !== undefined) return { images: [] };
  return {};
}

function columnsIn(row: readonly Cell[], file: string): readonly string[] {
  const names: string[] = [];
  for (const cell of row) {
    const name = cell.text.trim();
    const isVariable = name.startsWith(VAR) && VARIABLE.test(name.slice(VAR.length));
    if (name === '') throw malformed({ ...cell, file }, 'a column has no name');
    const sign = /^\w+(\t|;)/.exec(cell.text)?.[1];
    if (sign !== undefined && row.length === 1)
      throw malformed(
        { ...cell, file },
        `cells are parted by commas, and here by ${sign === ';' ? 'semicolons' : 'tabs'}`,
      );
    if (!isVariable && !COLUMNS.includes(name)) {
      throw malformed({ ...cell, file }, `${unknownKey(name, COLUMNS)} (a variable is vars.${name})`);
    }
    if (names.includes(name)) throw malformed({ ...cell, file }, `there are two columns "${name}"`);
    names.push(name);
  }
  return names;
}

function imageIn(row: readonly Cell[], columns: readonly string[], file: string): Written {
  const beyond = row[columns.length];
  if (beyond !== undefined)
    throw malformed(
      { ...beyond, file },
      `the row has ${counted(row.length, 'cell')}, the header ${columns.length}`,
    );
  const value: Record<string, unknown> = {};
  const vars: Record<string, string> = {};
  for (const [index, { text }] of row.entries()) {
    const name = columns[index] ?? '';
    if (text === '') continue;
    if (name.startsWith(VAR)) vars[name.slice(VAR.length)] = text;
    else value[name] = fromCell(name, text);
  }
  if (Object.keys(vars).length > 0) value['vars'] = vars;
  return { value, placeOf: ([name]: Path) => placeIn(row, columns.indexOf(String(name)), file) };
}

function fromCell(name: string, text: string): unknown {
  const fields: Readonly<Record<string, Field<unknown>>> = FIELDS;
  return fields[name]?.fromCell?.(text) ?? text;
}

function placeIn(row: readonly Cell[], index: number, file: string): Place {
  const { line, column } = row[index] ?? row[0] ?? { line: 1, column: 1 };
  return { file, line, column };
}

/** Rows in pieces; a quoted cell may go on for lines. Blank lines and those that begin with # are no rows. */
async function* rowsOf(
  pieces: AsyncIterable<readonly string[]>,
  file: string,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let line = 0;
  let row: Cell[] = [];
  let open: Cell | null = null;
  for await (const piece of pieces) {
    const rows: (readonly Cell[])[] = [];
    for (const text of piece) {
      line += 1;
      if (line === 1) refuseOddStart(text, file);
      if (open === null && row.length === 0 && (text.trim() === '' || text.startsWith('#'))) continue;
      open = cellsIn(text, line, row, open, file);
      if (open !== null) continue;
      rows.push(row);
      row = [];
    }
    yield rows;
  }
  if (open !== null) throw malformed({ ...open, file }, 'the quotes of this cell are never closed');
}

/** How files of other programs begin, and what to do about it. */
const ODD_STARTS: readonly (readonly [start: RegExp, what: string])[] = [
  [/\r/, 'its lines end in CR alone, as on old Macs: save it with line ends LF or CRLF'],
  [/^"?sep=/i, 'this line is for Excel alone: take it out, and part cells by commas'],
];

function refuseOddStart(text: string, file: string): void {
  const [, what] = ODD_STARTS.find(([start]) => start.test(text)) ?? [];
  if (what !== undefined) throw malformed({ file, line: 1, column: 1 }, what);
}

/** Adds the cells of one line to a row; one whose quotes are still open at its end is given back. */
function cellsIn(text: string, line: number, row: Cell[], before: Cell | null, file: string): Cell | null {
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
      if (at < text.length && text[at] !== ',')
        throw malformed({ file, line, column: at + 1 }, 'a comma should follow the closing quotes');
    } else {
      const end = text.indexOf(',', at);
      const stop = end === -1 ? text.length : end;
      row.push({ text: text.slice(at, stop), line, column: at + 1 });
      at = stop;
    }
    if (at >= text.length) return null;
    at += 1;
  }
}

/** Where the quotes end; two of them are one in the text. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
