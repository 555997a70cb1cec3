import { z } from 'zod';
import type { Refusal, Reply, ReplyImage } from '../../core/order/reply.ts';
import { fromBase64, list, maybe, word } from '../lenient.ts';
import { UsageMetadata, usageOf } from './usage.ts';

const Part = z.object({
  text: word,
  thought: maybe(z.boolean()),
  inlineData: maybe(z.object({ mimeType: word, data: word })),
});

const Candidate = z.object({
  content: maybe(z.object({ parts: list(Part) })),
  finishReason: word,
  finishMessage: word,
  groundingMetadata: maybe(
    z.object({ webSearchQueries: list(z.string()), imageSearchQueries: list(z.string()) }),
  ),
});

/** The fields of a generateContent answer that are read. */
const Answer = z.object({
  candidates: list(Candidate),
  promptFeedback: maybe(z.object({ blockReason: word, blockReasonMessage: word })),
  usageMetadata: maybe(UsageMetadata),
  modelVersion: word,
  responseId: word,
});

type Read = z.infer<typeof Answer>;

// An answer to a purchase has at least one of these fields.
const TELLING = ['candidates', 'promptFeedback', 'usageMetadata'] as const;

/** null when it makes no sense as an answer. */
export function readCandidates(json: object): Reply | null {
  if (!TELLING.some((field) => field in json)) return null;
  const answer = Answer.parse(json);
  const parts = answer.candidates
    .flatMap(({ content }) => content?.parts ?? [])
    .filter(({ thought }) => !thought);
  const sent = parts.flatMap(({ inlineData }) => (inlineData && isImage(inlineData) ? [inlineData] : []));
  const decoded = sent.flatMap(imageOf);
  const text = parts.map((part) => part.text ?? '').join('');
  return {
    images: decoded.slice(-1),
    extras: decoded.slice(0, -1),
    refusals: decoded.length > 0 ? [] : [refusalOf(answer, sent.length > 0)],
    text: text === '' ? null : text,
    usage: answer.usageMetadata ? usageOf(answer.usageMetadata) : null,
    searches: answer.candidates.reduce(
      (sum, { groundingMetadata }) => sum + searchesOf(groundingMetadata),
      0,
    ),
    parts: partsOf(json),
    modelVersion: answer.modelVersion ?? null,
    responseId: answer.responseId ?? null,
  };
}

/** The parts as they came: a field that this reader does not know may be what makes the next turn work. */
function partsOf(json: object): readonly unknown[] {
  const { candidates } = Raw.parse(json);
  return candidates[0]?.content?.parts.filter((part) => part['thought'] !== true) ?? [];
}

const Raw = z.object({
  candidates: list(
    z.object({ content: maybe(z.object({ parts: list(z.record(z.string(), z.unknown())) })) }),
  ),
});

interface Inline {
  readonly mimeType?: string | null | undefined;
  readonly data?: string | null | undefined;
}

const isImage = ({ mimeType }: Inline): boolean => !mimeType || mimeType.toLowerCase().startsWith('image/');

function imageOf({ mimeType, data }: Inline): ReplyImage[] {
  const bytes = fromBase64(data ?? '');
  return bytes ? [{ mimeType: mimeType ?? '', bytes }] : [];
}

function refusalOf({ candidates: [first], promptFeedback }: Read, broken: boolean): Refusal {
  const finish = first?.finishReason === 'STOP' ? null : first?.finishReason;
  const reason = promptFeedback?.blockReason ?? finish ?? (broken ? 'UNDECODABLE_IMAGE' : 'NO_IMAGE');
  return { reason, message: first?.finishMessage ?? promptFeedback?.blockReasonMessage ?? '' };
}

const searchesOf = (grounding: Read['candidates'][number]['groundingMetadata']): number =>
  grounding ? grounding.webSearchQueries.length + grounding.imageSearchQueries.length : 0;
