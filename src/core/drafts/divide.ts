import { bandsIn, isNear, type Band, type LineColours, type Span } from './lines.ts';

/** Why a stretch cannot be divided into so many parts. */
export type Problem = 'none' | 'more' | 'uneven';

export interface Division {
  readonly parts: readonly Span[];
  /** Of the thinnest gutter; null where there is one part alone. */
  readonly colour: number | null;
  /** Whether its gutters end where the cells begin. */
  readonly isSharp: boolean;
}

// All as shares of a cell. A gutter of a grid of one more or one less is farther from its place than the first of them.
const ASTRAY = 0.15;
/** A band that is thicker is more than a gutter: the cells beside it have its colour too. */
const THICK = 0.12;
/** A line inside a cell that leaves as much on both sides may be a gutter. */
const PART = 0.25;
/** What is between a gutter and a picture is neither. */
const SEAM = 0.004;
const SMALLEST = 0.6;
/** The largest cell of a regular grid, as a share of its smallest. */
const REGULAR = 1.1;

/** Divides lines into parts by their bands; `like` is the colour that a gutter must have. */
export function divide(lines: LineColours, count: number, like: number | null = null): Division | Problem {
  const bands = bandsIn(lines).filter(({ colour }) => like === null || isNear(colour, like));
  const whole = { start: 0, end: lines.length };
  // A border shifts all that is inside of it; where cells have the colour of their edges, nobody knows what is border.
  const inside = within(withoutBorder(whole, bands), bands, count);
  if (typeof inside !== 'string' && inside.isSharp && isRegular(inside)) return inside;
  const found = within(whole, bands, count);
  return typeof found === 'string' ? inside : found;
}

const isRegular = ({ parts }: Division): boolean => {
  const sizes = parts.map(thickness);
  return Math.max(...sizes) <= Math.min(...sizes) * REGULAR;
};

function withoutBorder({ start, end }: Span, bands: readonly Band[]): Span {
  const first = bands.find((band) => band.start <= start + EDGE);
  const last = bands.find((band) => band.end >= end - EDGE);
  return { start: first ? first.end + EDGE : start, end: last ? last.start - EDGE : end };
}

/** Where a picture ends, a border may be a little soft. */
const EDGE = 2;

function within(frame: Span, bands: readonly Band[], count: number): Division | Problem {
  const cell = (frame.end - frame.start) / count;
  if (!(cell >= 8)) return 'none';
  const gutters: Span[] = [];
  const colours: Band[] = [];
  for (let at = 1; at < count; at += 1) {
    const place = frame.start + at * cell;
    const near = bands.filter(
      ({ start, end }) => end > place - ASTRAY * cell && start < place + ASTRAY * cell,
    );
    const [first] = near;
    if (first === undefined) return 'none';
    const last = near.at(-1) ?? first;
    // What is between two bands, a caption for instance, is nobody's.
    gutters.push({ start: first.start, end: last.end });
    colours.push(...near);
  }
  const thinnest = colours.toSorted((a, b) => thickness(a) - thickness(b))[0];
  const usual = Math.min(thinnest ? thickness(thinnest) : 0, THICK * cell);
  const parts = Array.from({ length: count }, (_, at): Span => {
    const place = frame.start + at * cell;
    return {
      start: at === 0 ? begin(frame, bands, cell) : right(gutters[at - 1] ?? frame, place, usual, cell),
      end:
        at === count - 1 ? finish(frame, bands, cell) : left(gutters[at] ?? frame, place + cell, usual, cell),
    };
  });
  if (parts.some((part) => thickness(part) < SMALLEST * cell)) return 'uneven';
  const colour = thinnest?.colour ?? null;
  const alike = bands.filter((band) => colour !== null && isNear(band.colour, colour));
  if (parts.some((part) => alike.some((band) => divides(band, part, cell)))) return 'more';
  return { parts, colour, isSharp: gutters.every((gutter) => thickness(gutter) <= THICK * cell) };
}

const thickness = ({ start, end }: Span): number => end - start;

const seam = (cell: number): number => Math.max(1, Math.round(SEAM * cell));

/** Where the cell before a gutter ends. In a thick one it is where the gutter should be: all of it has one colour. */
function left(gutter: Span, place: number, usual: number, cell: number): number {
  if (thickness(gutter) <= THICK * cell) return gutter.start - seam(cell);
  return clamped(Math.round(place - usual / 2), gutter);
}

function right(gutter: Span, place: number, usual: number, cell: number): number {
  if (thickness(gutter) <= THICK * cell) return gutter.end + seam(cell);
  return clamped(Math.round(place + usual / 2), gutter);
}

const clamped = (value: number, { start, end }: Span): number => Math.min(Math.max(value, start), end);

function begin(frame: Span, bands: readonly Band[], cell: number): number {
  const border = bands.find(({ start, end }) => start <= frame.start + EDGE && end > frame.start);
  const isThin = border && border.end - frame.start <= THICK * cell;
  return isThin ? border.end + seam(cell) : frame.start;
}

function finish(frame: Span, bands: readonly Band[], cell: number): number {
  const border = bands.find(({ start, end }) => end >= frame.end - EDGE && start < frame.end);
  const isThin = border && frame.end - border.start <= THICK * cell;
  return isThin ? border.start - seam(cell) : frame.end;
}

/** Whether a band goes through a part where a gutter of a finer grid would. */
const divides = (band: Span, part: Span, cell: number): boolean =>
  band.start - part.start >= PART * cell && part.end - band.end >= PART * cell;
