import type { Pixels } from '../catalogue/model.ts';

/** Pixels row by row, three bytes each. */
export interface Raster extends Pixels {
  readonly data: Uint8Array;
}

/** A stretch of pixels, its end outside. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Rows, or columns, of pixels. */
export type Axis = 'rows' | 'columns';

/** For each line its colour as 0xrrggbb where it has one, else NO_COLOUR. */
export type LineColours = Int32Array;
export const NO_COLOUR = -1;

// Our own, by what JPEG of quality 70 and a grain of ten levels do to a gutter.
const NEAR = 28;
/** Of the pixels of a line: specks that nobody sees. */
const STRAY_SHARE = 0.002;

/** The colours of all lines along an axis, each looked at within a stretch of the other axis. */
export function lineColours({ data, width, height }: Raster, axis: Axis, within: Span): LineColours {
  const isRows = axis === 'rows';
  const count = isRows ? height : width;
  const [xs, ys] = isRows ? [within, { start: 0, end: height }] : [{ start: 0, end: width }, within];
  const length = within.end - within.start;
  const sums = new Float64Array(count * 3);
  // Row by row, also for columns: that is how the pixels lie in memory.
  for (let y = ys.start; y < ys.end; y += 1) {
    let at = (y * width + xs.start) * 3;
    for (let x = xs.start; x < xs.end; x += 1) {
      const line = (isRows ? y : x) * 3;
      sums[line] = (sums[line] ?? 0) + (data[at] ?? 0);
      sums[line + 1] = (sums[line + 1] ?? 0) + (data[at + 1] ?? 0);
      sums[line + 2] = (sums[line + 2] ?? 0) + (data[at + 2] ?? 0);
      at += 3;
    }
  }
  const means = sums.map((sum) => sum / length);
  const strays = new Uint32Array(count);
  for (let y = ys.start; y < ys.end; y += 1) {
    let at = (y * width + xs.start) * 3;
    for (let x = xs.start; x < xs.end; x += 1) {
      const line = isRows ? y : x;
      if (
        Math.abs((data[at] ?? 0) - (means[line * 3] ?? 0)) > NEAR ||
        Math.abs((data[at + 1] ?? 0) - (means[line * 3 + 1] ?? 0)) > NEAR ||
        Math.abs((data[at + 2] ?? 0) - (means[line * 3 + 2] ?? 0)) > NEAR
      )
        strays[line] = (strays[line] ?? 0) + 1;
      at += 3;
    }
  }
  const most = length * STRAY_SHARE;
  return Int32Array.from(strays, (stray, line) =>
    stray > most
      ? NO_COLOUR
      : packed(means[line * 3] ?? 0, means[line * 3 + 1] ?? 0, means[line * 3 + 2] ?? 0),
  );
}

const packed = (red: number, green: number, blue: number): number =>
  (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue);

export const isNear = (one: number, other: number): boolean =>
  [16, 8, 0].every((shift) => Math.abs(((one >> shift) & 255) - ((other >> shift) & 255)) <= NEAR);

/** The lines that have the same colour in each of several stretches. */
export function common(stretches: readonly LineColours[]): LineColours {
  const [first = new Int32Array(), ...others] = stretches;
  return first.map((colour, line) =>
    others.every((other) => {
      const its = other[line] ?? NO_COLOUR;
      return its !== NO_COLOUR && isNear(its, colour);
    })
      ? colour
      : NO_COLOUR,
  );
}

/** Lines beside each other that each have a colour; the colour is that of the one in the middle. */
export interface Band extends Span {
  readonly colour: number;
}

/** A speck may interrupt a band for so many lines. */
const GAP = 2;
const THINNEST = 2;

export function bandsIn(lines: LineColours): readonly Band[] {
  const bands: { start: number; end: number }[] = [];
  for (const [line, colour] of lines.entries()) {
    if (colour === NO_COLOUR) continue;
    const last = bands.at(-1);
    if (last && line - last.end <= GAP) last.end = line + 1;
    else bands.push({ start: line, end: line + 1 });
  }
  return bands
    .filter(({ start, end }) => end - start >= THINNEST)
    .map((band) => ({ ...band, colour: middle(lines, band) }));
}

function middle(lines: LineColours, { start, end }: Span): number {
  const coloured = [...lines.subarray(start, end)].filter((colour) => colour !== NO_COLOUR);
  return coloured[Math.floor(coloured.length / 2)] ?? NO_COLOUR;
}
