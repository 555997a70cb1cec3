import { jsonResponse, type HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { readMessage } from '../http/fields.ts';
import { countRequest, type Content } from '../messages.ts';
import type { GeminiModel, SandboxModel } from '../models/types.ts';
import { badField, invalid } from '../http/problem.ts';

/** POST models/{model}:countTokens. It is free, and says nothing about what an answer will count. */
export async function countTokens(call: Call, model: GeminiModel): Promise<HttpResponse> {
  const request = readMessage(countRequest, await call.json(), call.version);
  const wrapped = request.generateContentRequest;
  const contents = wrapped?.contents ?? request.contents ?? [];
  if (contents.length === 0) throw badField('contents', 'contents is not specified');
  const system = wrapped?.systemInstruction ? [wrapped.systemInstruction] : [];
  const { text, image } = countContents([...system, ...contents], model.inputTokens);
  return jsonResponse({
    totalTokens: text + image,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: text },
      ...(image > 0 ? [{ modality: 'IMAGE', tokenCount: image }] : []),
    ],
  });
}

// Google's tokenizer is not public: four ASCII characters, or one other character, make a token here, which is near enough
// for the input of a bill.
export function countText(text: string): number {
  if (text === '') return 0;
  const foreign = text.replace(/[\0-\u007f]+/g, '');
  return Math.max(1, Math.ceil((text.length - foreign.length) / 4) + Array.from(foreign).length);
}

/** Throws the API's refusal of a prompt that is too long. */
export function checkTokens(count: number, { inputTokenLimit }: SandboxModel): void {
  if (count <= inputTokenLimit) return;
  throw invalid(
    `The input token count (${count}) exceeds the maximum number of tokens allowed (${inputTokenLimit}).`,
  );
}

export interface Counted {
  readonly text: number;
  readonly image: number;
}

export function countContents(contents: readonly Content[], perImage: number): Counted {
  const parts = contents.flatMap((content) => content.parts ?? []);
  const text = parts.reduce((sum, part) => sum + countText(part.text ?? ''), 0);
  const images = parts.filter((part) => part.inlineData !== undefined || part.fileData !== undefined).length;
  return { text, image: images * perImage };
}
