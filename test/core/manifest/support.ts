import { askedOf, canonical, shortened } from '../../../src/core/manifest/fingerprint.ts';
import type { Locked } from '../../../src/core/manifest/lock.ts';
import type { Picture } from '../../../src/core/manifest/picture.ts';

export function aPictureWanted(facts: Partial<Picture> = {}): Picture {
  return {
    key: 'hero',
    id: 'hero',
    n: 1,
    prompt: 'a cat',
    model: 'auto',
    rule: null,
    onRetired: null,
    size: null,
    aspect: null,
    lane: 'now',
    urgent: false,
    thinking: null,
    needs: [],
    inputs: [],
    out: 'images/hero',
    format: null,
    quality: null,
    ...facts,
  };
}

/** A stand-in for SHA-256 that people can read. */
export const digest = (text: string): string => `#${text}`.padEnd(64, '.');
export const hashOf = (picture: Picture): string => canonical(askedOf(picture, digest(picture.prompt), []));

export function aLine(picture: Picture, facts: Partial<Locked> = {}): Locked {
  const { key: id, out, format, quality } = picture;
  return {
    id,
    hash: hashOf(picture),
    asked: shortened(askedOf(picture, digest(picture.prompt), [])),
    out,
    format,
    quality,
    path: `${out}.jpg`,
    sha256: 'aa',
    bytes: 3,
    model: 'm',
    cost: '0.0342',
    date: '2026-11-22',
    ...facts,
  };
}
