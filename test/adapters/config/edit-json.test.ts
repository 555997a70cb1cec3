import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { expect, it } from 'vitest';
import { withoutValue, withValue } from '../../../src/adapters/config/edit-json.ts';

const name = fc.constantFrom('model', 'size', 'max-cost', 'out', 'a "quoted" name', '// no comment');
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant({ like: 'litellm', can: { files: true } }),
);
const space = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n  ',
  '/* why, "quoted" */',
  ' // because\n',
  '\n\t/* , */ ',
);

/** Settings as somebody may have written them, with comments wherever they may stand. */
const written = fc
  .uniqueArray(fc.tuple(name, value, space, fc.constantFrom('', ' '), space), { selector: ([name]) => name })
  .chain((members) =>
    fc.tuple(fc.constant(members), space).map(([members, end]) => ({
      values: Object.fromEntries(members.map(([name, value]) => [name, value])),
      text: `{${members
        .map(([name, value, a, b, c]) => `${a}${JSON.stringify(name)}:${b}${JSON.stringify(value)}${c}`)
        .join(',')}${end}}`,
    })),
  );

const commentsIn = (text: string) => text.match(/why, "quoted"|because|\/\* , \*\//g)?.length ?? 0;

it('puts in a value and leaves everything else as it is, comments too', () => {
  fc.assert(
    fc.property(written, name, value, ({ text, values }, name, value) => {
      const after = withValue(text, [name], value);
      expect(parse(after)).toEqual({ ...values, [name]: value });
      expect(commentsIn(after)).toBe(commentsIn(text));
    }),
  );
});

it('takes out a value and nothing else', () => {
  fc.assert(
    fc.property(written, name, ({ text, values }, name) => {
      const { [name]: _, ...others } = values;
      const errors: [] = [];
      const after = withoutValue(text, [name]);
      expect(parse(after, errors)).toEqual(others);
      expect(errors).toEqual([]);
      expect(commentsIn(after)).toBe(commentsIn(text));
    }),
  );
});

it('takes out the line of a value too', () => {
  const text = '{\n  "size": "1K",\n  "lane": "flex"\n}\n';
  expect(withoutValue(text, ['size'])).toBe('{\n  "lane": "flex"\n}\n');
  expect(withoutValue(text, ['lane'])).toBe('{\n  "size": "1K"\n}\n');
  expect(withoutValue(text, ['out'])).toBe(text);
});
