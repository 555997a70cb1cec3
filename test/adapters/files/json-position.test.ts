import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brokenJsonLine,
  elementOffsets,
  jsonLine,
  repeatedKey,
} from '../../../src/adapters/files/json-position.ts';

const TEXT = `{
  "name": "a \\"quoted\\" } ] name",
  "list": [
    { "x": 1 },
    { "y": [true, null, -1.5e3],
      "x": { "deep": "here" } }
  ], "last": 2
}`;

describe('jsonLine', () => {
  it.each([
    [[], 1],
    [['name'], 2],
    [['list'], 3],
    [['list', 0], 4],
    [['list', 0, 'x'], 4],
    [['list', 1, 'y', 2], 5],
    [['list', 1, 'x', 'deep'], 6],
    [['last'], 7],
  ])('%j stands on line %i', (path, line) => {
    expect(jsonLine(TEXT, path)).toBe(line);
  });

  it('of what is not there is the line of what should hold it', () => {
    expect(jsonLine(TEXT, ['list', 1, 'z'])).toBe(5);
    expect(jsonLine(TEXT, ['nowhere', 'at', 'all'])).toBe(1);
  });

  it('comes to an end with any JSON, and finds every value of it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
        const text = `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`;
        expect(values.map((_, index) => jsonLine(text, [index]))).toEqual(
          values.map((_, index) => index + 2),
        );
      }),
    );
  });
});

it('says where a value of a large text is in the memory that the text takes', () => {
  const text = `[${'{},'.repeat(1_000_000)}{"a":\n1}]`;
  const before = process.memoryUsage().heapUsed;
  expect(jsonLine(text, [1_000_000, 'a'])).toBe(2);
  expect(brokenJsonLine(text)).toBeNull();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
});

it('says where each element of a list begins, wherever it stands and whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (values, other) => {
      const list = JSON.stringify(values);
      const inside = `{"other":[${JSON.stringify(other)}],"list":${list}}`;
      const starts = values.map(
        (_, index) => JSON.stringify(values.slice(0, index)).length - (index === 0 ? 1 : 0),
      );
      expect(elementOffsets(list, [])).toEqual(starts);
      const before = inside.length - list.length - 1;
      expect(elementOffsets(inside, ['list'])).toEqual(starts.map((start) => start + before));
    }),
  );
});

describe('brokenJsonLine', () => {
  it.each([
    ['{\n  "a": 1,\n  b\n}', 3],
    ['{\n  "a": 1', 2],
    ['{\n  "a": 1,\n}', 3],
    ['{\n  "a" 1\n}', 2],
    ['[1,\n\n2\n3]', 4],
    ['[01]', 1],
    ['["a\nb"]', 1],
    ['{}\n{}', 2],
    ['', 1],
    ['nonsense', 1],
  ])('of %j is %i', (text, line) => {
    expect(brokenJsonLine(text)).toBe(line);
  });

  it('finds a break exactly where the engine finds one', () => {
    const mangled = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom(',', '}', ']', '"', ':', '1', ' ', '-', 'e', '\\'),
    );
    fc.assert(
      fc.property(mangled, ([json, where, char]) => {
        const at = where % (json.length + 1);
        const text = json.slice(0, at) + char + json.slice(at);
        expect(brokenJsonLine(text) === null).toBe(isJson(text));
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('repeatedKey', () => {
  it.each([
    ['{"a": 1,\n"b": {"a": 2},\n"a": 3}', { name: 'a', line: 3, offset: 24 }],
    ['[{"a": 1}, {"b": 1,\n"\\u0062": 2}]', { name: 'b', line: 2, offset: 20 }],
    ['{"a": {"x": 1},\n"a": {"x": 1}}', { name: 'a', line: 2, offset: 16 }],
    [TEXT, null],
    ['{"a": 1, "A": 2, "": [1, 1]}', null],
  ])('in %j is %j', (text, expected) => {
    expect(repeatedKey(text)).toEqual(expected);
  });
});
