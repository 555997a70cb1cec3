import { inputLimit } from '../catalogue/input-limits.ts';
import { usageFailure } from '../errors.ts';
import type { Model } from '../catalogue/model.ts';
import type { InputImage, Order, Turn } from './order.ts';

/**
 * Our own: what the pictures of an order may weigh inside its requests, all of them together, as they are sent. What
 * breaks off while a request travels may have been charged and is not taken up where it broke; an upload is free, and is.
 * This is also what Google took inline before 2026 and still calls small:
 * https://ai.google.dev/gemini-api/docs/file-input-methods, checked 2026-11-22.
 */
export const LIGHT_BYTES = 20_000_000;

/** Our own: a smaller picture is sent sooner than it is uploaded, however often. */
export const SMALL_BYTES = 1_000_000;

/** Settings, names, punctuation, and what is around each picture. */
const REST_BYTES = 100_000;

export type Load = Pick<Order, 'model' | 'prompt' | 'inputs' | 'history' | 'alike'>;

/**
 * The pictures that go to the Files API ahead of the request: those that may not travel inside of it, and the largest
 * others until the rest is light. Failure `usage` where the request is too large without any of them.
 */
export function uploadsOf(order: Load, lightBytes = LIGHT_BYTES): readonly InputImage[] {
  const { model, alike = 1 } = order;
  const pictures = picturesIn(order).toSorted((a, b) => b.bytes.byteLength - a.bytes.byteLength);
  const mostInline = inputLimit('inline', [model.id]);
  const room = inputLimit('request', [model.id]) - requestSize(order, pictures);
  if (room < 0) throw tooMuch(order);
  const uploads: InputImage[] = [];
  let inside = pictures.reduce((sum, picture) => sum + sizeInside(picture), 0);
  for (const picture of pictures) {
    const { byteLength } = picture.bytes;
    const isHeavy = inside * alike > lightBytes && byteLength >= SMALL_BYTES;
    if (byteLength <= mostInline && inside <= room && !isHeavy) continue;
    uploads.push(picture);
    inside -= sizeInside(picture);
  }
  return uploads;
}

/** The same order, which refers to these pictures by their addresses at the Files API. */
export function referring<O extends Pick<Order, 'inputs' | 'history'>>(
  order: O,
  uriOf: (picture: InputImage) => string | undefined,
): O {
  const placed = (inputs: readonly InputImage[]): readonly InputImage[] =>
    inputs.map((picture) => {
      const uri = uriOf(picture);
      return uri === undefined ? picture : { ...picture, uri };
    });
  const { inputs, history } = order;
  return {
    ...order,
    inputs: placed(inputs),
    ...(history && { history: history.map((turn) => ({ ...turn, inputs: placed(turn.inputs) })) }),
  };
}

/** The most bytes that a request can have as JSON where these pictures went ahead; earlier answers go back as they came. */
export function requestSize(order: Load, uploads: readonly InputImage[]): number {
  const { prompt, history = [] } = order;
  const turns = history.reduce((sum, turn) => sum + turnSize(turn), 0);
  const pictures = picturesIn(order).filter((picture) => !uploads.includes(picture));
  const inside = pictures.reduce((sum, picture) => sum + sizeInside(picture), 0);
  return REST_BYTES + jsonSize(prompt) + turns + inside;
}

export const picturesIn = ({
  inputs,
  history = [],
}: Pick<Load, 'inputs' | 'history'>): readonly InputImage[] => [
  ...history.flatMap((turn) => turn.inputs),
  ...inputs,
];

/** The bytes of an earlier turn but for its input images, which may go ahead as files. */
export const turnSize = ({ prompt, answer }: Pick<Turn, 'prompt' | 'answer'>): number =>
  jsonSize(prompt) + jsonSize(answer);

/** Our own: longer prompts and more pictures beside them are never sent. */
const BESIDE_TURNS = 2_000_000;

/** The bytes that the earlier turns of a request may have. */
export const turnsRoom = ({ id }: Pick<Model, 'id'>): number => inputLimit('request', [id]) - BESIDE_TURNS;

/** Base64 makes four characters of three bytes. */
const sizeInside = ({ bytes }: InputImage): number => Math.ceil(bytes.byteLength / 3) * 4;

function tooMuch({ model, history = [] }: Load) {
  return history.length > 0
    ? usageFailure(
        `The earlier turns are more than one request to ${model.name} holds.`,
        'Begin again from the last picture.',
      )
    : usageFailure(`The prompt is more than one request to ${model.name} holds.`, 'Shorten the prompt.');
}

// Base64 and the like: no character of it is escaped, and each is a byte.
const PLAIN = /^[A-Za-z0-9+/=_ .,:;-]*$/;

/** The longest form of a character in JSON is \u0000. */
const MOST_A_CHARACTER = 6;

/** How many bytes a value has as JSON, at most; exact enough for what is mostly base64. */
export function jsonSize(value: unknown): number {
  if (typeof value === 'string') return 2 + value.length * (PLAIN.test(value) ? 1 : MOST_A_CHARACTER);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).reduce((sum, [key, each]) => sum + jsonSize(key) + jsonSize(each) + 2, 2);
  }
  return String(value).length;
}
