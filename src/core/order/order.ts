import type { Ability, Aspect, Lane, Model, Pixels, Size, ThinkingLevel } from '../catalogue/model.ts';

/** A picture that goes along with the prompt. */
export interface InputImage {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The file that it was read from, as the user named it, and the hash of what was in it. */
  readonly file?: { readonly path: string; readonly sha256: string } | undefined;
  /** Where the API has it; without one it travels inside the request. */
  readonly uri?: string | undefined;
}

/** An earlier turn of a conversation. It is sent again before the next one, and paid for again. */
export interface Turn {
  readonly prompt: string;
  readonly inputs: readonly InputImage[];
  /** What the model answered, part by part as it came: its thought signatures must go back unchanged. */
  readonly answer: readonly unknown[];
  /** In the answer. */
  readonly pictures: number;
  /** The text of the answer. */
  readonly words: string;
}

/** What is asked for, already checked against the model. */
export interface Order {
  readonly model: Model;
  readonly prompt: string;
  /** One for each picture, where they differ. */
  readonly prompts?: readonly string[] | undefined;
  readonly inputs: readonly InputImage[];
  /** Earlier turns, oldest first. */
  readonly history?: readonly Turn[] | undefined;
  /** Pictures, 1 to 100. */
  readonly count: number;
  /** Requests that carry the same input images, this one among them; 1 where it is left out. */
  readonly alike?: number | undefined;
  readonly size: Size;
  /** null leaves the ratio to the model: that of the input image, else 1:1. */
  readonly aspect: Aspect | null;
  readonly lane: Lane;
  readonly thinking: ThinkingLevel | null;
  /** Grounded in a web search, which is billed by the query. */
  readonly search?: boolean;
}

/** What is wanted, before a model is chosen. */
export interface Want {
  readonly prompt: string;
  /** One for each picture, where they differ. */
  readonly prompts?: readonly string[] | undefined;
  readonly inputs: readonly InputImage[];
  readonly history?: readonly Turn[] | undefined;
  readonly count: number;
  /** How many may be wanted at once; 100 where it is left out. */
  readonly most?: number | undefined;
  /** null takes 1K, or the smallest size of a model without it. */
  readonly size: Size | null;
  readonly aspect: Aspect | null;
  /** Where no aspect is given, the nearest to this picture's. */
  readonly like?: Pixels | undefined;
  readonly lane: Lane;
  readonly thinking: ThinkingLevel | null;
  readonly needs: readonly Ability[];
  /** The picture measures at least this; chooses the size where none is given. */
  readonly minPixels?: Pixels | undefined;
  /** The picture is cropped to exactly this; chooses size and aspect where none is given. */
  readonly exact?: Pixels | undefined;
  /** Whether the exact picture may be made of one that is a little smaller. */
  readonly enlarge?: boolean | undefined;
}

/** Some pictures of an order, by their numbers. */
export function portion<O extends Pick<Order, 'prompt' | 'prompts' | 'count'>>(
  order: O,
  pictures: readonly number[],
): O {
  const { prompts } = order;
  if (prompts === undefined) return { ...order, count: pictures.length };
  const chosen = pictures.flatMap((picture) => prompts[picture] ?? []);
  return { ...order, prompt: chosen[0] ?? order.prompt, prompts: chosen, count: chosen.length };
}
