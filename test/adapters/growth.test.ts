import { describe, expect, it } from 'vitest';
import { documentsIn } from '../../src/adapters/answers/documents.ts';
import { picturesInText } from '../../src/adapters/answers/picture-text.ts';
import { withoutBase64 } from '../../src/adapters/answers/content.ts';
import { redactor } from '../../src/adapters/config/redact.ts';
import { failureOf } from '../../src/adapters/failures/judge.ts';
import { readReply } from '../../src/adapters/google/reply.ts';
import { linesIn, members } from '../../src/adapters/google/scan-json-lines.ts';
import { excerpt, printable } from '../../src/core/text/text.ts';
import { rejection } from '../support/failure.ts';
import { providerAt } from '../support/provider.ts';

// What a stranger sends is read in a time that grows with its length, whatever it is made of.

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const provider = providerAt('https://google.example', KEY);
const { clean, scrub } = redactor([KEY]);

/** What patterns could stumble over, again and again: each begins something that does not end. */
const UNITS = [
  '\\',
  '%25',
  '&amp;',
  '&#0',
  '\\u0041\\u0049',
  KEY.slice(0, -1),
  'file ',
  'billing ',
  'retry in 1 s ',
  '<',
  '<style>',
  '<img src=',
  '![',
  '](http://',
  'data: ',
  'data:image/png;base64,',
  'some words of a text, and then data:image/png and more of such words ',
  'http://a',
  '"message": "',
  '"\\"',
  '[',
  '{"a":',
  '{"a":1}\n',
  ' ',
  '\n',
  '\u202e',
  'iVBORw0KGgo',
  'A',
];

const error = (text: string) =>
  failureOf(
    { stage: 'answered', status: 404, headers: new Headers(), body: Buffer.from(text), broke: null },
    { provider, model: 'm', timeoutMs: 1, now: 0 },
  );

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'an error': error,
  'the message of an error': (message) => error(JSON.stringify({ error: { code: 404, message } })),
  'an answer': (text) => documentsIn(Buffer.from(text)),
  'the text of an answer': picturesInText,
  'a whole answer': (text) =>
    readReply(
      Buffer.from(JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] })),
      'generateContent',
      provider,
    ),
  'what may hold the key': clean,
  'bytes that may hold the key': (text) => scrub(Buffer.from(text)),
  'a line of results': (text) => members(Buffer.from(text)),
  'what is printed': (text) => [printable(text), excerpt(text), withoutBase64(text)],
};

const SMALL = 2 ** 16;
const STEPS = 4;
/** On the slowest machine, what is linear takes a tenth of it; what is quadratic takes minutes. */
const AT_ONCE_MS = 400;

const tookMs = (work: () => unknown): number => {
  const began = performance.now();
  work();
  return performance.now() - began;
};

/** Another process may have had the machine meanwhile, so the least of some counts. */
const leastMs = (work: () => unknown): number => Math.min(...[0, 1, 2].map(() => tookMs(work)));

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it.each(UNITS)('made of %j is read in a time that grows with its length', (unit) => {
    const work = (length: number) => () => read(unit.repeat(Math.ceil(length / unit.length)));
    if (tookMs(work(SMALL * STEPS)) < AT_ONCE_MS) return;
    // Quadratic would be sixteen times as long, each time that it is tried.
    const growth = (): number => leastMs(work(SMALL * STEPS)) / leastMs(work(SMALL));
    expect([0, 1, 2].some(() => growth() < 3 * STEPS)).toBe(true);
  });
});

it('results with a line that never ends are left', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(100, 'x');
  }
  async function lines() {
    for await (const _ of linesIn(endless(), 1_000)) expect.unreachable();
  }
  expect(await rejection(lines())).toMatchObject({ kind: 'unavailable', charged: 'no' });
});
