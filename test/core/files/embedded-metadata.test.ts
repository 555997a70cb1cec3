import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsIn, isPlain, xmpWith, type PictureFacts } from '../../../src/core/files/embedded-metadata.ts';

const facts: PictureFacts = {
  prompt: 'a "lighthouse" <at> dusk & more\n灯台 ⛵',
  model: 'gemini-3-pro-image',
  cost: '0.1344',
  runId: 'run-1',
  attemptId: 'attempt-1',
};

const text = fc.string({ unit: 'binary' });

describe('facts as XMP', () => {
  it('come back as they were', () => {
    expect(factsIn(xmpWith(facts, null))).toEqual(facts);
    expect(factsIn(xmpWith({ ...facts, cost: null }, null))).toEqual({ ...facts, cost: null });
  });

  it('are written in the way that every program reads, as far as they can be', () => {
    const xmp = xmpWith({ ...facts, prompt: 'a "cat"', cost: null }, null);
    expect(/<rdf:Description.*\/>/.exec(xmp)?.[0]).toBe(
      '<rdf:Description rdf:about="" xmlns:pixtab="https://pixtab.dev/xmp/1/" pixtab:prompt="a &#34;cat&#34;" pixtab:model="gemini-3-pro-image" pixtab:runId="run-1" pixtab:attemptId="attempt-1"/>',
    );
  });

  it.each([
    ['é\t\n\r', true],
    ['a\u0001', false],
    ['a\ud800', false],
    ['a\ufffe', false],
  ])('can be written so where XML can hold them, %j: %s', (text, isWritable) => {
    expect(isPlain(text)).toBe(isWritable);
  });

  it.each(['prompt', 'model', 'runId', 'attemptId'])('are none where there is no %s', (field) => {
    const xmp = xmpWith(facts, null);
    expect(factsIn(xmp.replace(`pixtab:${field}=`, 'pixtab:other='))).toBeNull();
  });

  it('are cut where the last byte of the room is taken, and not before', () => {
    const written = (length: number) => {
      const prompt = `\u0001${'a'.repeat(length)}`;
      const xmp = xmpWith({ ...facts, prompt }, null);
      return { bytes: Buffer.byteLength(xmp), isWhole: factsIn(xmp)?.prompt === prompt };
    };
    const fits = 60_000 + 65_000 - written(60_000).bytes;
    expect([written(fits), written(fits + 1)]).toEqual([
      { bytes: 65_000, isWhole: true },
      { bytes: 65_000, isWhole: false },
    ]);
  });

  it('stand alone where another program wrote what is no packet, and otherwise once in it', () => {
    expect(xmpWith(facts, '<x:xmpmeta/>')).toBe(xmpWith(facts, null));
    expect(xmpWith(facts, '<rdf:RDF><theirs/></rdf:RDF>').replace(/<rdf:Description.*\/>/, '')).toBe(
      '<rdf:RDF><theirs/></rdf:RDF>',
    );
  });

  it('come back whatever the texts are', () => {
    fc.assert(
      fc.property(text, (prompt) => {
        expect(factsIn(xmpWith({ ...facts, prompt }, null))).toEqual({ ...facts, prompt });
      }),
    );
  });

  it('stand beside what another program wrote, and the last ones count', () => {
    const theirs = '<x:xmpmeta><rdf:RDF><rdf:Description dc:creator="somebody"/></rdf:RDF></x:xmpmeta>';
    const once = xmpWith(facts, theirs);
    expect(once).toContain('dc:creator="somebody"');
    expect(factsIn(once)).toEqual(facts);
    expect(factsIn(xmpWith({ ...facts, runId: 'run-2' }, once))?.runId).toBe('run-2');
  });

  it.each([
    ['quotes', '"'],
    ['line ends', '\n'],
    ['backslashes', '\\'],
    ['letters of two bytes', 'ж'],
    ['emoji', '⛵🌊'],
    ['XML', ']]><a b="c">&amp;'],
  ])('hold 30 kB of %s', (_, unit) => {
    const prompt = unit.repeat(Math.floor(30_000 / Buffer.byteLength(unit)));
    const xmp = xmpWith({ ...facts, prompt }, null);
    expect(Buffer.byteLength(xmp)).toBeLessThan(65_100);
    expect(factsIn(xmp)?.prompt).toBe(prompt);
  });

  it.each(['"', 'a', '灯', '🌊', '\u0001', '\uD83C'])(
    'fit into a JPEG however long the prompt is, cut and marked: %j',
    (unit) => {
      const xmp = xmpWith({ ...facts, prompt: unit.repeat(1_000_000) }, null);
      expect(Buffer.byteLength(xmp)).toBeLessThan(65_100);
      expect(Buffer.byteLength(xmp)).toBeGreaterThan(64_000);
      const cut = factsIn(xmp)?.prompt ?? '';
      expect(cut.endsWith('…')).toBe(true);
      expect(cut.slice(0, -1)).toBe(unit.repeat((cut.length - 1) / unit.length));
    },
  );

  it.each([1_000, 40_000, 64_000, 100_000])(
    'fit beside %d bytes of another program, or replace them',
    (size) => {
      const theirs = `<x:xmpmeta><rdf:RDF><rdf:Description dc:creator="${'x'.repeat(size)}"/></rdf:RDF></x:xmpmeta>`;
      const xmp = xmpWith({ ...facts, prompt: 'long '.repeat(20_000) }, theirs);
      expect(Buffer.byteLength(xmp)).toBeLessThan(65_100);
      expect(factsIn(xmp)).toMatchObject({ runId: 'run-1', prompt: expect.stringMatching(/^long .*…$/) });
      expect(xmp.includes('dc:creator')).toBe(size < 63_000);
    },
  );

  it.each(['', 'not xml', '<x:xmpmeta><rdf:RDF/></x:xmpmeta>', 'xmlns:pixtab="https://pixtab.dev/xmp/1/"'])(
    'are not seen in %j',
    (xmp) => {
      expect(factsIn(xmp)).toBeNull();
    },
  );
});
