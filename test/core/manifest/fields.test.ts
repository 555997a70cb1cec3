import { describe, expect, it } from 'vitest';
import { FIELDS, id, type Field, type FieldName } from '../../../src/core/manifest/fields.ts';

describe('a cell of a table', () => {
  it.each<[FieldName, string, unknown]>([
    ['count', '12', 12],
    ['count', 'x1', 'x1'],
    ['count', '1x', '1x'],
    ['urgent', ' True ', true],
    ['urgent', 'false', false],
    ['urgent', 'soon', 'soon'],
    ['inputs', 'a.png; b.png ;', ['a.png', 'b.png']],
    ['needs', '', []],
  ])('of %s that says %j stands for %j', (name, cell, value) => {
    const field: Field<unknown> = FIELDS[name];
    expect(field.fromCell?.(cell)).toEqual(value);
  });
});

describe('a value', () => {
  it.each<[FieldName, unknown, unknown]>([
    ['count', 1, 1],
    ['count', 100, 100],
    ['quality', 100, 100],
    ['aspect', '21:9', '21:9'],
    ['aspect', '9:21', '9:21'],
    ['size', 512, '512'],
    ['vars', { wide: true }, { wide: 'true' }],
  ])('of %s may be %j', (name, value, ok) => {
    expect(FIELDS[name].read(value)).toEqual({ ok });
  });

  it.each<[FieldName, unknown, string]>([
    ['prompt', 7, 'it takes text: put it in quotes'],
    ['prompt', ['a'], 'it takes text'],
    ['count', 101, 'it takes a whole number from 1 to 100'],
    ['count', '2', 'it takes a whole number from 1 to 100'],
    ['size', ['2K'], 'it takes one of 512, 1K, 2K, 4K'],
    ['aspect', ['16:9'], 'it takes width:height in quotes, such as "16:9"'],
    ['aspect', '116:9', 'it takes width:height in quotes, such as "16:9"'],
    ['aspect', '16:90x', 'it takes width:height in quotes, such as "16:9"'],
    ['aspect', '1:9x', 'it takes width:height in quotes, such as "16:9"'],
    ['inputs', ['a.png', 7], 'it takes text: put it in quotes'],
    ['vars', [], 'it takes names with values'],
    ['vars', null, 'it takes names with values'],
    ['vars', { a: {} }, '"a" takes text or a number'],
  ])('of %s is not %j', (name, value, wrong) => {
    expect(FIELDS[name].read(value)).toEqual({ wrong });
  });

  it.each([7, 'a.b', 'a/b', '\u0665', 'x'.repeat(200)])('of id may be %j', (value) => {
    expect(id.read(value)).toEqual({ ok: String(value) });
  });

  it.each([
    ['', 'it takes a name'],
    [['a'], 'it takes a name'],
    ['x'.repeat(201), 'it takes up to 200 characters'],
    [' a', 'it takes letters, digits, - and _, with . and / in between'],
    ['a.', 'it takes letters, digits, - and _, with . and / in between'],
  ])('of id is not %j', (value, wrong) => {
    expect(id.read(value)).toEqual({ wrong });
  });
});
