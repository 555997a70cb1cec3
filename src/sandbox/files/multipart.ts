import { invalid } from '../http/problem.ts';

export interface Part {
  readonly type: string;
  readonly body: Buffer;
}

/** The parts of a multipart/related body, by the boundary that its content type names. */
export function parseMultipart(body: Buffer, contentType: string): readonly Part[] {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalid('A multipart upload needs a boundary in its content type.');
  // A line break before each delimiter belongs to it; before the first one there may be none.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  let from = whole.indexOf(delimiter);
  while (from !== -1) {
    const to = whole.indexOf(delimiter, from + delimiter.length);
    if (to === -1) break;
    parts.push(parsePart(whole.subarray(from + delimiter.length, to)));
    from = to;
  }
  return parts;
}

function parsePart(bytes: Buffer): Part {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) throw invalid('A part of the multipart upload has no headers.');
  const headers = bytes.subarray(0, end).toString('latin1');
  const type = /^content-type:\s*(.*?)\s*$/im.exec(headers)?.[1] ?? 'application/octet-stream';
  return { type, body: bytes.subarray(end + 4) };
}
