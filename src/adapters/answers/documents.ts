import { imageKind } from '../images/sniff.ts';
import { closed } from './close-json.ts';
import { isCrowded } from './bounds.ts';

/** What the body of an answer holds, in order. */
export interface Documents {
  readonly values: readonly unknown[];
  /** The end is missing: what was being sent then may be half of something. */
  readonly cut: boolean;
}

/**
 * Takes a body apart into the values that it holds: one JSON document, a stream of events, a document a line, a
 * document that was cut off, a text, or the picture itself.
 */
export function documentsIn(body: Uint8Array): Documents {
  const { values, cut } = valuesIn(body);
  return { values: values.map((value) => shallow(value, DEEPEST)), cut };
}

/** Deeper than any answer is. */
const DEEPEST = 100;

/** Without what lies deeper: whoever writes a value down again, or compares it, does so to the bottom of it. */
function shallow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object') Reflect.set(value, name, shallow(inner, depth - 1));
  }
  return value;
}

function valuesIn(body: Uint8Array): Documents {
  const kind = imageKind(body);
  if (kind !== null && kind !== 'svg' && kind !== 'pdf')
    return whole([{ inlineData: { data: base64Of(body) } }]);
  if (isCrowded(body)) return whole([]);
  const text = new TextDecoder().decode(body).trim();
  const json = parsed(text);
  if (json !== undefined) return whole([json]);
  return (
    eventsIn(text) ?? linesIn(text) ?? cutShort(text) ?? whole(text === '' || PAGE.test(text) ? [] : [text])
  );
}

// The pictures of a page, say of a proxy that wants a login, are not those that were asked for.
const PAGE = /^<(?:!doctype|\?xml|html|head|body)/i;

const whole = (values: readonly unknown[]): Documents => ({ values, cut: false });

const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const FIELD = /^(?:data|event|id|retry):|^:/;

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html, checked 2026-11-26. */
function eventsIn(text: string): Documents | null {
  if (!FIELD.test(text)) return null;
  const values: unknown[] = [];
  let cut = false;
  let data: string[] = [];
  const end = (): void => {
    const event = data.join('\n').trim();
    data = [];
    if (event === '' || event === '[DONE]') return;
    const json = parsed(event);
    const rest = json === undefined ? closed(event) : undefined;
    cut ||= rest !== undefined;
    // A data URL begins as an event does.
    values.push(json ?? rest ?? (event.startsWith('image/') ? `data:${event}` : event));
  };
  for (const line of text.split(/\r?\n|\r/)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length));
    else if (line === '') end();
  }
  end();
  return { values, cut };
}

/** A document a line. */
function linesIn(text: string): Documents | null {
  if (!text.startsWith('{') && !text.startsWith('[')) return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first] = lines;
  if (lines.length < 2 || first === undefined || parsed(first) === undefined) return null;
  const values = lines.map((line) => parsed(line) ?? closed(line));
  return { values, cut: values.includes(undefined) || parsed(lines.at(-1) ?? '') === undefined };
}

// Some put this before their JSON, so that no page can load it as a script.
const PREFIX = /^\)\]\}'\s*/;

function cutShort(text: string): Documents | null {
  const json = text.replace(PREFIX, '');
  const value = parsed(json) ?? closed(json);
  return value === undefined ? null : { values: [value], cut: parsed(json) === undefined };
}
