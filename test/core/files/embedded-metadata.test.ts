import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsIn, xmpWith, type PictureFacts } from '../../../src/core/files/embedded-metadata.ts';

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
