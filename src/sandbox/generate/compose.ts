import { type Random, seededRandom } from '../random.ts';
import type { Sent } from '../faults/fault.ts';
import type { Manner } from '../admission.ts';
import type { Job } from './read-request.ts';
import type { Usage } from '../account/meter.ts';
import { refusal } from './refusal.ts';
import { sign } from './signature.ts';
import type { State } from '../state.ts';
import { countText } from './count.ts';
import { promptDetails } from './usage.ts';
import type { WireBody } from './wire.ts';

/** A piece of work: known beforehand what it costs, drawn when it is needed. */
export interface Work {
  readonly responseId: string;
  /** null for nothing. */
  readonly usage: Usage | null;
  body(): Promise<WireBody>;
}

const VARIANTS = 8;

/** What an accepted request comes to. The nth answer to the same request is always the same. */
export function work(state: State, job: Job, manner: Manner): Work {
  const key = [job.model.id, job.size, job.width, job.height, job.prompt].join('\u0000');
  const nth = state.repeat(key);
  const random = seededRandom(state.seed, key, nth);
  const responseId = random.name(22);
  const usage = usageOf(job, manner, random);
  const ends = { modelVersion: job.model.id, responseId };
  if (manner.refusal) {
    const { body, charged } = refusal(job, manner.refusal, usage);
    return { responseId, usage: charged, body: async () => ({ ...body, ...ends }) };
  }
  return {
    responseId,
    usage,
    async body() {
      const pictures = usage.image === 0 ? [] : await paint(state, job, nth, picturesIn(manner));
      const body = {
        candidates: [
          candidate(job, manner, pictures, () => sign(responseId, state.settings().signatureBytes)),
        ],
        usageMetadata: usageMetadata(job, usage),
        ...ends,
      };
      return manner.twist.body?.(body) ?? body;
    },
  };
}

function candidate(
  job: Job,
  { twist }: Manner,
  pictures: readonly Sent[],
  signature: () => string,
): WireBody {
  const [first] = pictures;
  const parts = [
    ...(job.includeThoughts ? [{ text: 'The user wants a picture. I will draw it.', thought: true }] : []),
    ...(twist.interim === true && first ? [{ inlineData: first, thought: true }] : []),
    ...(job.wantsText || !first ? [{ text: caption(job, first !== undefined) }] : []),
    ...pictures.map((picture) => ({
      inlineData: twist.picture?.(picture) ?? picture,
      ...(job.model.signs && { thoughtSignature: signature() }),
    })),
  ];
  return {
    content: { parts, role: 'model' },
    finishReason: 'STOP',
    index: 0,
    ...(job.search && { groundingMetadata: { webSearchQueries: [job.prompt.slice(0, 80)] } }),
  };
}

const picturesIn = (manner: Manner): number => manner.twist.pictures?.(manner.value) ?? 1;

function usageOf(job: Job, manner: Manner, random: Random): Usage {
  const pictured = job.wantsImage && manner.twist.textOnly !== true;
  const range = job.model.thinking.always ?? (job.level === null ? undefined : job.model.thinking[job.level]);
  const words = job.wantsText || !pictured ? countText(caption(job, pictured)) : 0;
  const unlisted = pictured ? random.whole(...job.model.unlisted) : 0;
  return {
    promptText: job.input.text,
    promptImage: job.input.image,
    image: pictured ? (job.model.tokens[job.size] ?? 0) * picturesIn(manner) : 0,
    rest: Math.max(unlisted, words),
    thoughts: range ? random.whole(...range) : 0,
    searches: job.search ? 1 : 0,
  };
}

const caption = (job: Job, pictured: boolean): string =>
  pictured
    ? `Here is a picture of ${job.prompt.slice(0, 60).trim()}.`
    : `I can describe it in words: ${job.prompt.slice(0, 200).trim()}.`;

async function paint(state: State, job: Job, nth: number, count: number): Promise<readonly Sent[]> {
  const pictures = Array.from({ length: count }, async (_, index) => {
    const bytes = await state.painter.paint({
      prompt: job.prompt,
      width: job.width,
      height: job.height,
      mimeType: job.model.output,
      variant: (nth + index) % VARIANTS,
    });
    return { mimeType: job.model.output, data: toBase64(bytes) };
  });
  return Promise.all(pictures);
}

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

function usageMetadata(job: Job, usage: Usage): Record<string, unknown> {
  const prompt = usage.promptText + usage.promptImage;
  const candidates = usage.image + usage.rest;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + usage.thoughts,
    promptTokensDetails: promptDetails(usage.promptText, usage.promptImage),
    ...(usage.image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: usage.image }] }),
    ...(usage.thoughts > 0 && { thoughtsTokenCount: usage.thoughts }),
    serviceTier: job.tier,
  };
}
