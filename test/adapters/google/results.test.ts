import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elements, linesIn, members, valuesIn } from '../../../src/adapters/google/scan-json-lines.ts';
import { resultsIn } from '../../../src/adapters/google/batches.ts';
import type { BatchResult } from '../../../src/ports/index.ts';
import { rejection } from '../../support/failure.ts';
import { providerAt } from '../../support/provider.ts';

/** The bytes in pieces that end anywhere. */
async function* cut(bytes: Buffer, at: readonly number[]) {
  const ends = [...new Set(at.map((end) => end % (bytes.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const results = (text: string): Promise<BatchResult[]> =>
  collected(resultsIn(cut(Buffer.from(text), []), providerAt('https://google.example', KEY).credentials));

describe('lines', () => {
  it('are the same wherever the pieces are cut', async () => {
    const text = fc
      .array(fc.constantFrom('a', '⛵', '\n', '"', '\\'), { maxLength: 60 })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat()), async (text, at) => {
        const lines = await collected(linesIn(cut(Buffer.from(text), at)));
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines.map(String)).toEqual(expected);
      }),
    );
  });
});

describe('a line without an end', () => {
  it('is given up, and the lines before it are there', async () => {
    const read: string[] = [];
    const lines = linesIn(cut(Buffer.from(`${'a'.repeat(10)}\n${'b'.repeat(11)}`), [4, 15]), 10);
    const reading = (async () => {
      for await (const line of lines) read.push(String(line));
    })();
    expect(await rejection(reading)).toMatchObject({ kind: 'unavailable', charged: 'no', repeat: false });
    expect(read).toEqual(['a'.repeat(10)]);
  });
});

describe('a file without an end', () => {
  async function* endless(piece: string, from = '') {
    yield Buffer.from(from);
    for (let sent = 0; sent < 100; sent++) yield Buffer.from(piece);
    throw new Error('it was read on');
  }

  it.each([
    ['of empty lines', '\n\n\n', ''],
    ['of spaces', '  ', ''],
    ['of empty lines behind its values', '\n\n\n', '{"key":"a"}\n'],
    ['of spaces behind its values', '  ', '[{"key":"a"}, '],
    ['of numbers', '1,', '[{"key":"a"}, '],
  ])('%s is given up, and the values before it are there', async (_, piece, from) => {
    const read: string[] = [];
    const reading = (async () => {
      for await (const value of valuesIn(endless(piece, from), 50)) read.push(String(value));
    })();
    expect(await rejection(reading)).toMatchObject({ kind: 'unavailable', charged: 'no' });
    expect(read).toEqual(from === '' ? [] : ['{"key":"a"}']);
  });
});

describe('values of a file', () => {
  const value = fc.record({ key: fc.string(), response: fc.jsonValue() });
  const shapes: readonly [string, (values: readonly unknown[]) => string][] = [
    ['lines', (values) => values.map((each) => JSON.stringify(each)).join('\n')],
    ['lines of Windows', (values) => values.map((each) => `${JSON.stringify(each)}\r\n`).join('')],
    ['an array', (values) => JSON.stringify(values)],
    ['an array over several lines', (values) => JSON.stringify(values, null, 2)],
    ['lines with a mark each', (values) => values.map((each) => `\uFEFF${JSON.stringify(each)}`).join('\n')],
    ['an array behind a mark', (values) => `\uFEFF ${JSON.stringify(values)}`],
    ['lines among empty ones', (values) => values.map((each) => `\n\n  ${JSON.stringify(each)} `).join('\n')],
  ];

  it.each(shapes)('are found in %s, wherever the pieces are cut', async (_, written) => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1 }), fc.array(fc.nat()), async (values, at) => {
        const found = await collected(valuesIn(cut(Buffer.from(written(values)), at)));
        expect(found.map((each) => JSON.parse(each.toString().trim()) as unknown)).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 1, 2, 3, 4])('are found in an array behind a mark that is cut after %i bytes', async (at) => {
    const marked = Buffer.from('\uFEFF[{"a":1},{"b":2}]');
    const found = await collected(valuesIn(cut(marked, [at])));
    expect(found.map(String)).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('are found wherever a text with quotes and brackets in it is cut', async () => {
    const values = ['{"":"}","key":"a\\"]}\\\\"}', '{"key":"b"}'];
    const bytes = Buffer.from(`[${values.join(',')}]`);
    for (let at = 0; at <= bytes.length; at++) {
      const found = await collected(valuesIn(cut(bytes, [at])));
      expect(found.map(String)).toEqual(values);
    }
  });

  it.each(['[{"key":"a","response":{}},{"key":"b","resp', '[{"key":"a","response":{}},'])(
    'that end too early in an array are seen to: %s',
    async (text) => {
      expect((await results(text)).map(({ key }) => key)).toEqual(['a', null]);
    },
  );
});

describe('members of an object', () => {
  it('are those that JSON.parse finds', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    const spacing = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(object, spacing, (object, space) => {
        const line = Buffer.from(JSON.stringify(object, null, space));
        const found = members(line);
        const parsed = [...(found ?? [])].map(
          ([name, value]) => [name, JSON.parse(value.toString())] as const,
        );
        expect(Object.fromEntries(parsed)).toEqual(JSON.parse(line.toString()));
      }),
    );
  });

  it('of what breaks off anywhere are none', () => {
    const line = JSON.stringify({ key: 'a"\\', response: { parts: [1, 'x', null, { y: [] }] }, n: 12.5 });
    for (let end = 0; end < line.length; end++) expect(members(Buffer.from(line.slice(0, end)))).toBeNull();
    expect(members(Buffer.from(line))?.size).toBe(3);
  });

  it('may be none', () => {
    expect(members(Buffer.from(' { } '))?.size).toBe(0);
  });

  it.each([
    '[]',
    '["a":1}',
    '"a"',
    '7',
    '{,}',
    '{"a" 1}',
    '{"a" 11}',
    '{"a":}',
    '{a:1}',
    '{"a":1 "b":2}',
    '{"a":1 x"b":2}',
    '{"a":1,}',
    '{"a":{}7}',
    '{"\\x":1}',
    '{7:1}',
  ])('of %s are none', (text) => {
    expect(members(Buffer.from(text))).toBeNull();
  });
});

describe('elements of an array', () => {
  it('are those that JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1), (array, space) => {
        const found = elements(Buffer.from(` ${JSON.stringify(array, null, space)}`));
        expect(found?.map((each) => JSON.parse(each.toString()) as unknown)).toEqual(
          JSON.parse(JSON.stringify(array)),
        );
      }),
    );
  });

  it('are those among whatever white space JSON has', () => {
    expect(elements(Buffer.from('\r[\r\n\t1 ,\r2\r]'))?.map(String)).toEqual(['1', '2']);
  });

  it.each([
    '',
    '{}',
    '7',
    '"[1]"',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1 x2]',
    '{1]',
    '[{}7]',
    '["a]',
  ])('of %j are none', (text) => {
    expect(elements(Buffer.from(text))).toBeNull();
  });
});

describe('a file of results', () => {
  it('matches by key, whatever the order of fields and lines', async () => {
    const [first, second, third] = await results(
      [
        '{"response": {"candidates": [], "text": "a } \\" b"}, "key": "r1"}',
        '{"key":"r2","error":{"code":3,"message":"bad part"}}',
        '{"metadata":{"key":"r3"},"error":{"code":1}}',
      ].join('\n'),
    );
    expect(first).toMatchObject({ key: 'r1', error: null });
    expect(JSON.parse(String(first?.answer))).toEqual({ candidates: [], text: 'a } " b' });
    expect(second).toEqual({ key: 'r2', answer: null, error: { code: 3, message: 'bad part' } });
    expect(third).toEqual({ key: 'r3', answer: null, error: { code: 1, message: '' } });
  });

  it.each([
    ['{"key":"r1","response":null,"error":{"code":3}}', 3],
    ['{"key":"r1","error":{"code":"8","message":null,"details":[7]}}', 8],
    ['{"key":"r1","error":{}}', 2],
    ['{"key":"r1","error":{"code":-1}}', 2],
    ['{"error":{"code":5,"message":"x"},"extra":{"a":[1]},"key":"wrong","key":"r1"}\r', 5],
  ])('has an error for %s', async (line, code) => {
    expect(await results(line)).toMatchObject([{ key: 'r1', answer: null, error: { code } }]);
  });

  it.each(['{"key":"r1"}', 'not json', '{"key":"r1","response":{', '{"response":{}}'])(
    'has no key for %s',
    async (line) => {
      const [result] = await results(`${line}\n\n`);
      expect(result?.key).toBe(line.includes('r1"}') ? null : (result?.key ?? null));
      expect(result?.answer === null || result?.key === null).toBe(true);
    },
  );

  it('never shows the key of the account', async () => {
    const [answer, error] = await results(
      `{"key":"r1","response":{"text":"${KEY}"}}\n{"key":"r2","error":{"message":"${KEY}"}}`,
    );
    expect(String(answer?.answer)).not.toContain(KEY);
    expect(error?.error).toEqual({ code: 2, message: '[key]' });
  });
});
