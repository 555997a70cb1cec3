import { describe, expect, it, vi } from 'vitest';
import type { FailureKind } from '../../../src/core/errors.ts';
import { flaws, type Flaws } from '../../../src/core/manifest/problem.ts';

const place = (line: number) => ({ file: 'pixtab.yaml', line, column: 3 });
const failing = (kind: FailureKind, message: string) => expect.objectContaining({ kind, message });

describe('what is wrong with a manifest', () => {
  it('is told all at once, with its places', () => {
    const { add, refuse } = flaws();
    expect(refuse()).toBeUndefined();
    add(place(1), 'it is empty');
    add(place(2), 'there is no model "x"');
    expect(refuse).toThrow(
      failing('usage', 'pixtab.yaml:1:3: it is empty\npixtab.yaml:2:3: there is no model "x"'),
    );
  });

  it.each<[FailureKind, FailureKind, FailureKind]>([
    ['unavailable-model', 'unavailable-model', 'unavailable-model'],
    ['unavailable-model', 'usage', 'usage'],
    ['usage', 'unavailable-model', 'usage'],
  ])('of kinds %s and %s is %s', (first, second, kind) => {
    const { add, refuse } = flaws();
    add(place(1), 'one', first);
    add(place(2), 'two', second);
    expect(refuse).toThrow(expect.objectContaining({ kind }));
  });

  it('is told of up to twenty places, since the first is likely the cause of the rest', () => {
    const { add } = flaws();
    for (let line = 1; line < 20; line += 1) add(place(line), 'no');
    expect(() => add(place(20), 'no')).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(/20:3: no$/) }),
    );
  });

  it('is not what may only be meant otherwise', () => {
    const tell = vi.fn<Flaws['doubt']>();
    const { doubt, refuse } = flaws(tell);
    doubt({ place: place(1), message: 'perhaps' });
    expect(tell).toHaveBeenCalledWith({ place: place(1), message: 'perhaps' });
    expect(refuse()).toBeUndefined();
  });
});
