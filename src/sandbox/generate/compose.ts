import { type Random, seededRandom } from '../random.ts';
import type { InlinePicture } from '../faults/fault.ts';
import type { Behaviour } from '../admission.ts';
import type { CheckedRequest } from './check-request.ts';
import type { Usage } from '../account/meter.ts';
import { refusal } from './refusal.ts';
import { sign } from './signature.ts';
import type { State } from '../state.ts';
import { countText } from './count.ts';
import { promptDetails } from './usage.ts';
import type { WireBody } from './wire.ts';

/** An answer whose usage is known at once, and whose pictures are drawn when the body is asked for. */
export interface Composed {
  readonly responseId: string;
  /** What is charged; null for nothing. */
  readonly usage: Usage | null;
  body(): Promise<WireBody>;
}

const VARIANTS = 8;

/** The answer to a request. The nth answer to the same request is always the same. */
export function compose(state: State, request: CheckedRequest, behaviour: Behaviour): Composed {
  const key = [request.model.id, request.size, request.width, request.height, request.prompt].join('\u0000');
  const nth = state.timesSeen(key);
  const random = seededRandom(state.seed, key, nth);
  const responseId = random.name(22);
  const usage = usageOf(request, behaviour, random);
  const ends = { modelVersion: request.model.id, responseId };
  if (behaviour.refusal) {
    const { body, charged } = refusal(request, behaviour.refusal, usage);
    return { responseId, usage: charged, body: async () => ({ ...body, ...ends }) };
  }
  return {
    responseId,
    usage,
    async body() {
      const pictures = usage.image === 0 ? [] : await paint(state, request, nth, behaviour);
      const body = {
        candidates: [
          candidate(request, behaviour, pictures, () => sign(responseId, state.settings().signatureBytes)),
        ],
        usageMetadata: usageMetadata(request, usage),
        ...ends,
      };
      return behaviour.distortion.body?.(body) ?? body;
    },
  };
}

function candidate(
  request: CheckedRequest,
  { distortion }: Behaviour,
  pictures: readonly InlinePicture[],
  signature: () => string,
): WireBody {
  const [first] = pictures;
  const parts = [
    ...(request.includeThoughts
      ? [{ text: 'The user wants a picture. I will draw it.', thought: true }]
      : []),
    ...(distortion.interim === true && first ? [{ inlineData: first, thought: true }] : []),
    ...(request.wantsText || !first ? [{ text: caption(request, first !== undefined) }] : []),
    ...pictures.map((picture) => ({
      inlineData: distortion.picture?.(picture) ?? picture,
      ...(request.model.signs && { thoughtSignature: signature() }),
    })),
  ];
  return {
    content: { parts, role: 'model' },
    finishReason: 'STOP',
    index: 0,
    ...(request.search && { groundingMetadata: { webSearchQueries: [request.prompt.slice(0, 80)] } }),
  };
}

const picturesIn = ({ distortion }: Behaviour): number => distortion.pictures ?? 1;

function usageOf(request: CheckedRequest, behaviour: Behaviour, random: Random): Usage {
  const pictured = request.wantsImage && behaviour.distortion.textOnly !== true;
  const range =
    request.model.thinking.always ??
    (request.level === null ? undefined : request.model.thinking[request.level]);
  const words = request.wantsText || !pictured ? countText(caption(request, pictured)) : 0;
  const each = pictured ? (request.model.tokens[request.size] ?? 0) : 0;
  const unlisted = pictured ? random.whole(...request.model.unlisted) : 0;
  return {
    promptText: request.input.text,
    promptImage: request.input.image,
    image: each * picturesIn(behaviour),
    drafts: each * (picturesIn(behaviour) - 1),
    rest: Math.max(unlisted, words),
    thoughts: range ? random.whole(...range) : 0,
    searches: request.search ? 1 : 0,
  };
}

const caption = (request: CheckedRequest, pictured: boolean): string =>
  pictured
    ? `Here is a picture of ${request.prompt.slice(0, 60).trim()}.`
    : `I can describe it in words: ${request.prompt.slice(0, 200).trim()}.`;

async function paint(
  state: State,
  request: CheckedRequest,
  nth: number,
  behaviour: Behaviour,
): Promise<readonly InlinePicture[]> {
  const part = behaviour.distortion.halves === true ? 2 : 1;
  const pictures = Array.from({ length: picturesIn(behaviour) }, async (_, index) => {
    const bytes = await state.painter.paint({
      prompt: request.prompt,
      width: Math.round(request.width / part),
      height: Math.round(request.height / part),
      mimeType: request.model.output,
      variant: (nth + index) % VARIANTS,
      odd: behaviour.distortion.sheet,
    });
    return { mimeType: request.model.output, data: toBase64(bytes) };
  });
  return Promise.all(pictures);
}

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

function usageMetadata(request: CheckedRequest, usage: Usage): Record<string, unknown> {
  const prompt = usage.promptText + usage.promptImage;
  const candidates = usage.image + usage.rest;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + usage.thoughts,
    promptTokensDetails: promptDetails(usage.promptText, usage.promptImage),
    ...(usage.image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: usage.image }] }),
    ...(usage.thoughts > 0 && { thoughtsTokenCount: usage.thoughts }),
    serviceTier: request.tier,
  };
}
