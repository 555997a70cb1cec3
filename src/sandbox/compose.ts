import { between, chance, letters } from './chance.ts';
import type { Refusal, Sent } from './faults/fault.ts';
import type { Manner } from './gate.ts';
import type { Job } from './job.ts';
import type { Usage } from './meter.ts';
import { sign } from './signature.ts';
import type { State } from './state.ts';
import { countText } from './tokens.ts';

/** An answer of generateContent, and what it costs: null for nothing. */
export interface Composed {
  readonly body: Record<string, unknown>;
  readonly usage: Usage | null;
  readonly responseId: string;
}

const VARIANTS = 8;

/** Does the work that an answer needs. The nth answer to the same request is always the same. */
export async function compose(state: State, job: Job, manner: Manner): Promise<Composed> {
  const key = [job.model.id, job.size, job.width, job.height, job.prompt].join('\u0000');
  const nth = state.repeat(key);
  const random = chance(state.seed, key, nth);
  const responseId = letters(random, 22);
  const usage = usageOf(job, manner, random);
  const ends = { modelVersion: job.model.id, responseId };
  if (manner.refusal) return refused(job, manner.refusal, usage, responseId, ends);

  const pictures = usage.image === 0 ? [] : await paint(state, job, nth, picturesIn(manner));
  const parts = [
    ...thoughtParts(job, pictures, manner),
    ...(job.wantsText || pictures.length === 0 ? [{ text: caption(job, pictures.length > 0) }] : []),
    ...pictures.map((picture) => ({
      inlineData: manner.twist.picture?.(picture) ?? picture,
      ...(job.model.signs && { thoughtSignature: sign(responseId, state.settings().signatureBytes) }),
    })),
  ];
  const candidate = {
    content: { parts, role: 'model' },
    finishReason: 'STOP',
    index: 0,
    ...(job.search && { groundingMetadata: { webSearchQueries: [job.prompt.slice(0, 80)] } }),
  };
  const body = { candidates: [candidate], usageMetadata: usageMetadata(job, usage), ...ends };
  const twisted = manner.twist.body?.(body) ?? body;
  return { body: twisted as Record<string, unknown>, usage, responseId };
}

const picturesIn = (manner: Manner): number => manner.twist.pictures?.(manner.value) ?? 1;

function usageOf(job: Job, manner: Manner, random: () => number): Usage {
  const pictured = job.wantsImage && manner.twist.textOnly !== true;
  const range = job.model.thinking.always ?? (job.level === null ? undefined : job.model.thinking[job.level]);
  const words = job.wantsText || !pictured ? countText(caption(job, pictured)) : 0;
  const unlisted = pictured ? between(random, job.model.unlisted) : 0;
  return {
    promptText: job.input.text,
    promptImage: job.input.image,
    image: pictured ? (job.model.tokens[job.size] ?? 0) * picturesIn(manner) : 0,
    rest: Math.max(unlisted, words),
    thoughts: range ? between(random, range) : 0,
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

function thoughtParts(job: Job, pictures: readonly Sent[], manner: Manner): readonly unknown[] {
  const [first] = pictures;
  return [
    ...(job.includeThoughts ? [{ text: 'The user wants a picture. I will draw it.', thought: true }] : []),
    ...(manner.twist.interim === true && first ? [{ inlineData: first, thought: true }] : []),
  ];
}

function usageMetadata(job: Job, usage: Usage): unknown {
  const prompt = usage.promptText + usage.promptImage;
  const candidates = usage.image + usage.rest;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + usage.thoughts,
    promptTokensDetails: promptDetails(usage),
    ...(usage.image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: usage.image }] }),
    ...(usage.thoughts > 0 && { thoughtsTokenCount: usage.thoughts }),
    serviceTier: job.tier,
  };
}

const promptDetails = ({ promptText, promptImage }: Usage): unknown => [
  { modality: 'TEXT', tokenCount: promptText },
  ...(promptImage > 0 ? [{ modality: 'IMAGE', tokenCount: promptImage }] : []),
];

/** Without a picture there are no image tokens; a blocked prompt was not even thought about. */
function refused(
  job: Job,
  { blockReason, finishReason, finishMessage, content, usage: reports }: Refusal,
  usage: Usage,
  responseId: string,
  ends: Record<string, unknown>,
): Composed {
  const thoughts = blockReason === undefined ? usage.thoughts : 0;
  const candidate = {
    ...(content !== undefined && { content }),
    ...(finishMessage !== undefined && { finishMessage }),
    finishReason,
    index: 0,
  };
  const body = {
    ...(blockReason === undefined ? { candidates: [candidate] } : { promptFeedback: { blockReason } }),
    ...(reports && { usageMetadata: refusalMetadata(job, usage, thoughts) }),
    ...ends,
  };
  const charged = { ...usage, image: 0, rest: 0, thoughts, searches: 0 };
  return { body, usage: reports ? charged : null, responseId };
}

// On refusals the count of candidates mirrors that of the thoughts; the total has them once.
function refusalMetadata(job: Job, usage: Usage, thoughts: number): unknown {
  const prompt = usage.promptText + usage.promptImage;
  return {
    promptTokenCount: prompt,
    totalTokenCount: prompt + thoughts,
    promptTokensDetails: promptDetails(usage),
    ...(thoughts > 0 && { candidatesTokenCount: thoughts, thoughtsTokenCount: thoughts }),
    serviceTier: job.tier,
  };
}
