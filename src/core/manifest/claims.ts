import { extensionOf } from '../files/filename.ts';

/** Which picture goes where. */
export interface Claims {
  /** The id of the picture that goes there already, or may; null when nobody does. */
  claim(out: string, id: string): string | null;
}

/** Paths are compared as the least particular file systems do it: upper and lower case are the same, ß and SS too, however accents are written. */
export function claims(): Claims {
  const places = new Map<string, string>();
  /** Paths with an extension, by the path without it: a picture without an extension may end up there. */
  const stems = new Map<string, string>();
  return {
    claim(out, id) {
      const place = out.toLowerCase().toUpperCase().normalize('NFC');
      const stem = extensionOf(place) === null ? null : place.slice(0, place.lastIndexOf('.'));
      const other = places.get(place) ?? (stem === null ? stems.get(place) : places.get(stem)) ?? null;
      places.set(place, id);
      if (stem !== null) stems.set(stem, id);
      return other;
    },
  };
}
