import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slug, utf8Length } from '../../../src/core/files/slug.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom('con', '-', '.', ' ', 'É', 'e\u0301', 'İ', 'ſ', '\u200d', '👩‍🚀', 'हि', '\u{3164}', '½'),
    )
    .map((parts) => parts.join('')),
);

describe('slug', () => {
  it.each([
    ['A lighthouse at dusk!', 'a-lighthouse-at-dusk'],
    ["don't panic: it’s over", 'dont-panic-its-over'],
    ['  Crème   brûlée  ', 'crème-brûlée'],
    ['Größe 42', 'größe-42'],
    ['Маяк на закате', 'маяк-на-закате'],
    ['灯台、夕暮れ', '灯台-夕暮れ'],
    ['प्रकाशस्तंभ सांझ', 'प्रकाशस्तंभ-सांझ'],
    ['منارة عند الغروب', 'منارة-عند-الغروب'],
    ['등대 황혼', '등대-황혼'],
    ['ＦＵＬＬ width ﬁsh', 'full-width-fish'],
    ['a cat 🐈 and a dog', 'a-cat-and-a-dog'],
    ['../../etc/passwd', 'etc-passwd'],
    ['C:\\Windows\\system32', 'c-windows-system32'],
    ["e'\u0301t\u00e9", 'été'],
    ['.hidden', 'hidden'],
    ['--force', 'force'],
    ['tricky\u202Egnp.exe', 'trickygnp-exe'],
    ['zero\u200Bwidth', 'zerowidth'],
    ['line\nbreak\u0000nul', 'line-break-nul'],
    ['', 'image'],
    [' \t\n', 'image'],
    ['🐈🐈🐈', 'image'],
    ['...', 'image'],
    ['\u0301\u0301', 'image'],
  ])('makes %j %s', (prompt, expected) => {
    expect(slug(prompt)).toBe(expected);
  });

  it.each(['CON', 'prn', 'Aux', 'nul', 'com1', 'COM²', 'lpt9'])('is never the Windows device %s', (name) => {
    expect(slug(name)).toBe(`${name.normalize('NFKC').toLowerCase()}-image`);
  });

  it('ends at a whole word where a prompt is long', () => {
    const prompt = 'the quick brown fox jumps over the lazy dog while the city sleeps';
    expect(slug(prompt)).toBe('the-quick-brown-fox-jumps-over-the-lazy-dog-while-the-city');
  });

  it('is made of the beginning of a prompt, however long that is', () => {
    expect(slug(`${' '.repeat(999)}cat`)).toBe('c');
    expect(slug(`${' '.repeat(1_000)}cat`)).toBe('image');
  });

  it('keeps a last word that just fits', () => {
    const fits = `${'x'.repeat(49)}-${'y'.repeat(10)}`;
    expect(slug(fits)).toBe(fits);
    expect(slug(`${fits} and more`)).toBe(fits);
    expect(slug(`${fits}s and more`)).toBe('x'.repeat(49));
    expect(slug(`${'x'.repeat(59)} y`)).toBe('x'.repeat(59));
  });

  it('cuts inside a word where a whole one less would cost half', () => {
    expect(slug(`${'x'.repeat(30)}-${'y'.repeat(40)}`)).toBe(`${'x'.repeat(30)}-${'y'.repeat(29)}`);
    expect(slug(`${'x'.repeat(31)}-${'y'.repeat(40)}`)).toBe('x'.repeat(31));
  });

  it('cuts inside a word that is longer than the limit, between characters', () => {
    expect(slug('x'.repeat(500))).toBe('x'.repeat(60));
    expect(slug('灯'.repeat(500))).toBe('灯'.repeat(20));
    expect(slug('𝒳ő'.repeat(500))).toBe('xő'.repeat(20));
    expect(slug(`${'x'.repeat(59)}${'q\u0323'.repeat(3)}`)).toBe('x'.repeat(59));
  });

  it('takes one character with a hundred marks for no word', () => {
    expect(slug(`z${'\u0335'.repeat(100)}`)).toBe('image');
  });

  it('takes a prompt of 200,000 characters in no time', () => {
    const started = performance.now();
    slug('word '.repeat(40_000));
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('has letters, digits, their marks and single hyphens, 1 to 60 bytes, whatever the prompt', () => {
    fc.assert(
      fc.property(anyText, (prompt) => {
        const made = slug(prompt);
        expect(made).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(-[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*$/u);
        expect(utf8Length(made)).toBeLessThanOrEqual(60 + '-image'.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('is its own slug', () => {
    fc.assert(
      fc.property(anyText, (prompt) => {
        expect(slug(slug(prompt))).toBe(slug(prompt));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('utf8Length', () => {
  it('counts what an encoder writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
    for (const edge of ['\x7f', '\x80', '\u07ff', '\u0800', '\uffff', '\u{10000}'])
      expect(utf8Length(edge)).toBe(Buffer.byteLength(edge));
    expect(utf8Length('\ud800')).toBe(Buffer.byteLength('\ud800'));
  });
});
