import { unknownKey } from '../../core/manifest/entry.ts';
import { FIELDS, VARIABLE, type Field } from '../../core/manifest/fields.ts';
import type { Path, Place, Written } from '../../core/manifest/problem.ts';
import { counted } from '../../core/text/text.ts';
import type { ManifestFile, Tree } from '../../ports/index.ts';
import { csvRows, type Cell, type CsvFormat } from '../files/csv-rows.ts';
import { malformed } from './content.ts';

const COLUMNS = ['id', ...Object.keys(FIELDS).filter((name) => name !== 'vars')];
const VAR = 'vars.';

/** A row an image, as RFC 4180 has it, under a header of keys and vars.name. An empty cell says nothing. */
export async function csvManifest(path: string, tree: Tree, file: string): Promise<ManifestFile> {
  return {
    head: { value: await listed(path, tree, file), placeOf: () => ({ file, line: 1, column: 1 }) },
    async *images() {
      let columns: readonly string[] | null = null;
      for await (const rows of csvRows(linesOf(path, tree, file), formatOf(file))) {
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

const formatOf = (file: string): CsvFormat => ({
  separator: ',',
  comment: '#',
  wrong: (place, what) => malformed({ ...place, file }, what),
});

/** A header alone is an empty list of images; a file without a header has no list at all. */
async function listed(path: string, tree: Tree, file: string): Promise<{ readonly images?: [] }> {
  for await (const [header] of csvRows(linesOf(path, tree, file), formatOf(file)))
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

/** The lines of the file, unless the first shows that another program wrote them for itself. */
async function* linesOf(path: string, tree: Tree, file: string): AsyncGenerator<readonly string[]> {
  let isFirst = true;
  for await (const piece of tree.lines(path)) {
    if (isFirst) refuseOddStart(piece[0] ?? '', file);
    isFirst = false;
    yield piece;
  }
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
