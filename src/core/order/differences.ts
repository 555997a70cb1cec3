import { modelAnswering, namesModel } from '../catalogue/answering.ts';
import { MODELS } from '../catalogue/catalogue.ts';
import type { Aspect, Lane, Model, Pixels, Size } from '../catalogue/model.ts';
import { printable } from '../text/text.ts';
import { ratioGap } from './aspect.ts';

/** What one request asked for. */
export interface Asked {
  /** Its id. */
  readonly model: string;
  readonly size: Size;
  readonly aspect: Aspect | null;
  readonly lane: Lane;
}

/** What came for it. */
export interface Came {
  /** The model that the answer names; null where it names none. */
  readonly modelVersion: string | null;
  /** The lane that the answer names; null where it names none. */
  readonly lane: Lane | null;
  /** Of each picture as it came. */
  readonly pictures: readonly Pixels[];
}

/** In what an answer differs from what was asked for: a sentence each. */
export function differences(asked: Asked, came: Came): readonly string[] {
  const model = MODELS.find(({ id }) => id === asked.model);
  return [
    modelDifference(asked, came.modelVersion),
    laneDifference(asked.lane, came.lane),
    ...(model ? came.pictures.map((picture) => pixelDifference(model, asked, picture)) : []),
  ].filter(
    (sentence, index, all): sentence is string => sentence !== null && all.indexOf(sentence) === index,
  );
}

function modelDifference({ model }: Asked, version: string | null): string | null {
  if (version === null || namesModel(version, model)) return null;
  const known = modelAnswering(version);
  const bill = known
    ? 'the bill is the dearer of the two readings'
    : 'it has no price here, so the bill is that of the model that was asked';
  return `The answer is of another model: ${printable(version.slice(0, 100))} instead of ${model}; ${bill}.`;
}

/** No answer names batch, because it is no tier of service. */
const laneDifference = (asked: Lane, came: Lane | null): string | null =>
  came === null || asked === 'batch' || came === asked
    ? null
    : `The request was served in lane ${came}, and not in ${asked}; the bill is that of ${came}.`;

// Models miss the documented size by some pixels at most; the next aspect is 1.067 away, and the next size 4 times as large.
const SHAPE_TOLERANCE = 1.04;
const AREA_TOLERANCE = 1.5;

function pixelDifference(model: Model, { size, aspect }: Asked, came: Pixels): string | null {
  const pixels = model.resolutions[size]?.pixels;
  // Without an aspect the model takes that of an input; all aspects of a size have about the same area.
  const wanted = pixels?.[aspect ?? '1:1'];
  if (wanted === undefined) return null;
  const gap = area(came) / area(wanted);
  const isOtherSize = gap > AREA_TOLERANCE || gap < 1 / AREA_TOLERANCE;
  const isOtherShape = aspect !== null && ratioGap(came, wanted) > SHAPE_TOLERANCE;
  if (!isOtherSize && !isOtherShape) return null;
  const what = [isOtherShape ? 'another shape' : null, isOtherSize ? (gap < 1 ? 'smaller' : 'larger') : null];
  const shape = aspect === null ? size : `${aspect} at ${size}, which is ${wanted.width}x${wanted.height}`;
  return `A picture came as ${came.width}x${came.height}, ${what.filter(Boolean).join(' and ')} than asked: ${shape}.`;
}

const area = ({ width, height }: Pixels): number => width * height;
