import { z } from 'zod';
import type { Refusal } from '../../core/order/reply.ts';
import type { Usd } from '../../core/pricing/money.ts';
import { list, maybe, word } from '../lenient.ts';
import { UsageMetadata, usageOf, type ReadUsage } from './usage.ts';

const Candidate = z.object({
  content: maybe(z.object({ parts: list(z.record(z.string(), z.unknown())) })),
  finishReason: word,
  finishMessage: word,
  groundingMetadata: maybe(
    z.object({ webSearchQueries: list(z.string()), imageSearchQueries: list(z.string()) }),
  ),
});

/** The fields of a generateContent answer that are read, but for its pictures and words. */
const Answer = z.object({
  candidates: list(Candidate),
  promptFeedback: maybe(z.object({ blockReason: word, blockReasonMessage: word })),
  usageMetadata: maybe(UsageMetadata),
  stated: z.custom<Usd>((value) => typeof value === 'bigint').nullish(),
  modelVersion: word,
  responseId: word,
});

/** What an answer says about itself. */
export interface Facts {
  /** Why there is no picture, where it says so. */
  readonly refusal: Refusal | null;
  readonly usage: ReadUsage;
  /** What the seller says that it charged. */
  readonly stated: Usd | null;
  readonly searches: number;
  /** As they came, without thoughts: a field that this reader does not know may be what makes the next turn work. */
  readonly parts: readonly unknown[];
  readonly modelVersion: string | null;
  readonly responseId: string | null;
}

/** The facts of an answer that came in one piece, or in several that follow each other. */
export function factsIn(pieces: readonly object[]): Facts {
  const answers = pieces.map((piece) => Answer.parse(camelCase(piece)));
  const candidates = answers.flatMap(({ candidates }) => candidates);
  return {
    refusal: refusalIn(answers),
    usage: mostOf(answers.flatMap(({ usageMetadata }) => (usageMetadata ? [usageOf(usageMetadata)] : []))),
    stated: answers.findLast(({ stated }) => typeof stated === 'bigint')?.stated ?? null,
    searches: candidates.reduce((sum, { groundingMetadata }) => sum + searchesOf(groundingMetadata), 0),
    parts: answers
      .flatMap(({ candidates: [first] }) => first?.content?.parts ?? [])
      .filter((part) => part['thought'] !== true),
    modelVersion: answers.map(({ modelVersion }) => modelVersion).find((model) => model) ?? null,
    responseId: answers.map(({ responseId }) => responseId).find((id) => id) ?? null,
  };
}

/** Pieces of a stream report what came so far; some report nothing but zeros in between. */
function mostOf(reports: readonly ReadUsage[]): ReadUsage {
  const size = ({ usage }: ReadUsage): number =>
    usage === null ? -1 : usage.candidates + usage.thoughts + usage.prompt;
  return (
    reports.toReversed().find(({ problem }) => problem !== null) ??
    reports.toReversed().toSorted((a, b) => size(b) - size(a))[0] ?? { usage: null, problem: null }
  );
}

// Reasons that give none.
const NO_REASON: ReadonlySet<string> = new Set(['STOP', 'FINISH_REASON_UNSPECIFIED', '']);

function refusalIn(answers: readonly z.infer<typeof Answer>[]): Refusal | null {
  const feedback = answers.map(({ promptFeedback }) => promptFeedback).find((said) => said?.blockReason);
  const finish = answers
    .flatMap(({ candidates: [first] }) => first ?? [])
    .findLast(({ finishReason }) => !NO_REASON.has(finishReason ?? ''));
  const message = answers.flatMap(({ candidates: [first] }) => first?.finishMessage ?? [])[0];
  const reason = feedback?.blockReason ?? finish?.finishReason;
  if (!reason) return message ? { reason: 'NO_IMAGE', message } : null;
  return { reason, message: finish?.finishMessage ?? message ?? feedback?.blockReasonMessage ?? '' };
}

const searchesOf = (grounding: z.infer<typeof Candidate>['groundingMetadata']): number =>
  grounding ? grounding.webSearchQueries.length + grounding.imageSearchQueries.length : 0;

/** snake_case names, as protobuf has them and some gateways pass them on, in the spelling of Google's JSON; parts stay as they are. */
function camelCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(camelCase);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name === 'parts' ? inner : camelCase(inner),
    ]),
  );
}
