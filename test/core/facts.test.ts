import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsIn, xmpWith, type PictureFacts } from '../../src/core/facts.ts';

const facts: PictureFacts = {
  prompt: 'a "lighthouse" <at> dusk & more\n灯台 ⛵',
  model: 'gemini-3-pro-image',
  cost: '0.1344',
  runId: 'run-1',
  attemptId: 'attempt-1',
};

// What XML cannot hold is dropped.
const text = fc
  .string({ unit: 'binary' })
  .map((raw) => raw.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, ''));

describe('facts as XMP', () => {
  it('come back as they were', () => {
    expect(factsIn(xmpWith(facts, null))).toEqual(facts);
    expect(factsIn(xmpWith({ ...facts, cost: null }, null))).toEqual({ ...facts, cost: null });
  });

  it('come back whatever the texts are', () => {
    fc.assert(
      fc.property(text, text, (prompt, model) => {
        expect(factsIn(xmpWith({ ...facts, prompt, model }, null))).toEqual({ ...facts, prompt, model });
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

  it('fit into a JPEG however long the prompt is, cut and marked', () => {
    const long = xmpWith({ ...facts, prompt: '"'.repeat(1_000_000) }, null);
    expect(Buffer.byteLength(long)).toBeLessThan(65_000);
    expect(factsIn(long)?.prompt).toMatch(/^"{8000}…$/);
    expect(Buffer.byteLength(xmpWith({ ...facts, prompt: '灯'.repeat(1_000_000) }, null))).toBeLessThan(
      65_000,
    );
  });

  it.each(['', 'not xml', '<x:xmpmeta><rdf:RDF/></x:xmpmeta>', 'xmlns:pixtab="https://pixtab.dev/xmp/1/"'])(
    'are not seen in %j',
    (xmp) => {
      expect(factsIn(xmp)).toBeNull();
    },
  );
});
