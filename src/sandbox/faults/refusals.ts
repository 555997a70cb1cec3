import type { Fault, Faults, Refusal } from './fault.ts';

// https://ai.google.dev/api/generate-content#FinishReason and #BlockReason, checked 2026-11-22.
const FINISH_REASONS = [
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'IMAGE_OTHER',
  'NO_IMAGE',
  'SAFETY',
  'RECITATION',
  'PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'LANGUAGE',
  'OTHER',
  'MAX_TOKENS',
  'MALFORMED_RESPONSE',
] as const;
const BLOCK_REASONS = ['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'IMAGE_SAFETY', 'OTHER'] as const;

const FILTERED =
  "Unable to show the generated image. The image was filtered out because it violated Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback. Support code: 11030041.";
const NOT_CHARGED =
  'Unable to show the generated image. The model could not generate the image based on the prompt provided. You will not be charged for this request. Try rephrasing the prompt.';

const refuses = (about: string, refusal: Refusal): Fault => ({ does: 'refuse', about, refusal });

const byReason = (finishReason: string): Fault =>
  refuses(`an answer without a picture, finishReason ${finishReason}`, {
    finishReason,
    content: { role: 'model' },
    finishMessage: finishReason === 'IMAGE_OTHER' ? NOT_CHARGED : FILTERED,
    usage: finishReason !== 'IMAGE_OTHER',
  });

const byBlock = (blockReason: string): Fault =>
  refuses(`the prompt itself is blocked, blockReason ${blockReason}`, { blockReason, usage: true });

const shaped = (about: string, rest: Partial<Refusal>): Fault =>
  refuses(about, { finishReason: 'IMAGE_SAFETY', usage: true, ...rest });

/** Answers without a picture, with status 200. */
export const REFUSAL_FAULTS: Faults = {
  ...Object.fromEntries(FINISH_REASONS.map((reason) => [reason, byReason(reason)])),
  ...Object.fromEntries(BLOCK_REASONS.map((reason) => [`blocked-${reason}`, byBlock(reason)])),
  'blocked-no-usage': refuses('the prompt is blocked, no usage reported', {
    blockReason: 'SAFETY',
    usage: false,
  }),
  'refused-no-content': shaped('a refusal without content', { finishReason: 'NO_IMAGE' }),
  'refused-empty-content': shaped('a refusal with empty content', { content: {}, finishMessage: FILTERED }),
  'refused-null-parts': shaped('a refusal whose parts are null', {
    content: { parts: null },
    finishMessage: FILTERED,
  }),
  'refused-empty-parts': shaped('a refusal whose parts are an empty list', {
    content: { parts: [], role: 'model' },
    finishMessage: FILTERED,
  }),
  'refused-ansi': shaped('a refusal whose message tries to steer the terminal', {
    content: {},
    finishMessage: '\u001b[2J\u001b]0;title\u0007\u202egnp.exe',
  }),
};
