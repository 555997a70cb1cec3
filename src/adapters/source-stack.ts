import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';

/** "    at buy (/home/me/pixtab/dist/session.cjs:12:345)" */
const PLACE = /(?<file>(?:[A-Za-z]:)?[^\s():]+\.cjs):(?<line>\d+):(?<column>\d+)/;

/** A stack as the source has it: the files that run are bundled and without line ends. Where there is no map it stays as it is. */
export async function sourceStack(stack: string): Promise<string> {
  return (await Promise.all(stack.split('\n').map(inSource))).join('\n');
}

async function inSource(line: string): Promise<string> {
  const { file = '', line: row, column } = PLACE.exec(line)?.groups ?? {};
  if (file === '') return line;
  try {
    const map = new SourceMap(JSON.parse(await readFile(`${file}.map`, 'utf8')));
    const entry = map.findEntry(Number(row) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return line;
    const source = entry.originalSource.replace(/^(?:\.\.\/)+/, '');
    return line.replace(PLACE, `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
  } catch {
    return line;
  }
}
