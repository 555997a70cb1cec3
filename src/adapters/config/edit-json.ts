import { applyEdits, createScanner, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';

/** JSON with a value put where these names lead. Comments, order, indentation and line ends stay as they are. */
export function withValue(text: string, names: readonly string[], value: unknown): string {
  const before = text.trim() === '' ? '{}\n' : text;
  const edits = modify(before, [...names], value, {
    formattingOptions: {
      insertSpaces: !/^\t/m.test(before),
      tabSize: /^( +)\S/m.exec(before)?.[1]?.length ?? 2,
      eol: before.includes('\r\n') ? '\r\n' : '\n',
    },
  });
  return applyEdits(before, edits);
}

/** JSON without a value, and without the line that it had for itself. Not `modify`, which takes the comments along. */
export function withoutValue(text: string, names: readonly string[]): string {
  const root = parseTree(text);
  const property = root && findNodeAtLocation(root, [...names])?.parent;
  if (property?.type !== 'property') return text;
  const siblings = property.parent?.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const end = property.offset + property.length;
  const behind = commaAfter(text, end);
  if (behind !== null)
    return withoutLine(cut(text, [property.offset, end], [behind, behind + 1]), property.offset);
  const ahead = before === undefined ? null : commaAfter(text, before.offset + before.length);
  if (ahead === null) return withoutLine(cut(text, [property.offset, end]), property.offset);
  return withoutLine(cut(text, [ahead, ahead + 1], [property.offset, end]), property.offset - 1);
}

/** Where the comma is that follows, behind space and comments at most. */
function commaAfter(text: string, offset: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === ',' ? at : null;
}

/** Takes parts out, which are in order. */
const cut = (text: string, ...parts: readonly (readonly [from: number, until: number])[]): string =>
  parts.toReversed().reduce((left, [from, until]) => left.slice(0, from) + left.slice(until), text);

/** Takes the line at a place out, where nothing stands in it. */
function withoutLine(text: string, at: number): string {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const until = text.indexOf('\n', at) + 1;
  const isEmpty = until > 0 && text.slice(from, until).trim() === '';
  return isEmpty ? cut(text, [from, until]) : text;
}
