import { anything, choice, flag, integer, list, message, number, text } from '../http/fields.ts';
import { invalid } from '../http/problem.ts';
import type { Content, GenerateRequest, Part } from '../messages.ts';
import { isRecord } from '../generate/wire.ts';

/** A chat completion that asks for a picture: https://openrouter.ai/docs/api-reference/chat-completion, checked 2026-11-26. */
export const chatRequest = message('ChatCompletionRequest', {
  model: text,
  messages: list(message('Message', { role: text, content: anything, name: text })),
  modalities: list(choice('Modality', ['text', 'image'])),
  imageConfig: message('ImageConfig', { aspectRatio: text, imageSize: text }),
  reasoning: message('Reasoning', { effort: text, maxTokens: integer, exclude: flag }),
  usage: message('UsageRequest', { include: flag }),
  stream: flag,
  maxTokens: integer,
  temperature: number,
  topP: number,
  seed: integer,
  user: text,
  provider: anything,
  transforms: anything,
});
type ChatRequest = NonNullable<ReturnType<typeof chatRequest.read>>;

const LEVELS = { minimal: 'MINIMAL', low: 'LOW', medium: 'MEDIUM', high: 'HIGH' } as const;

/** What Google is asked in place of a chat completion. */
export function generateRequestOf({
  messages = [],
  modalities,
  imageConfig,
  reasoning,
}: ChatRequest): GenerateRequest {
  const contents = messages.map(({ role, content }): Content => ({
    role: role === 'assistant' ? 'model' : 'user',
    parts: partsOf(content),
  }));
  const level = Object.entries(LEVELS).find(([effort]) => effort === reasoning?.effort)?.[1];
  return {
    contents,
    generationConfig: {
      responseModalities: (modalities ?? ['text']).map((name) => (name === 'image' ? 'IMAGE' : 'TEXT')),
      ...(imageConfig && { imageConfig }),
      ...(level && { thinkingConfig: { thinkingLevel: level } }),
    },
  };
}

function partsOf(content: unknown): readonly Part[] {
  if (typeof content === 'string') return [{ text: content }];
  if (!Array.isArray(content)) throw invalid('Input required: specify "prompt" or "messages"');
  return content.map(partOf);
}

function partOf(part: unknown): Part {
  if (isRecord(part) && part.type === 'text' && typeof part.text === 'string') return { text: part.text };
  const url = isRecord(part) && isRecord(part.image_url) ? part.image_url.url : undefined;
  const [, mimeType, data] = /^data:([\w/+.-]+);base64,(.+)$/s.exec(typeof url === 'string' ? url : '') ?? [];
  if (mimeType === undefined || data === undefined) throw invalid('Invalid content: a text or a data URL.');
  return { inlineData: { mimeType, data } };
}
