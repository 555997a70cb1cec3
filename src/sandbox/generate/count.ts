import { jsonAnswer } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { readMessage } from '../http/fields.ts';
import { countRequest } from '../messages.ts';
import type { GeminiModel } from '../models/models.ts';
import { badField } from '../http/problem.ts';
import { countContents } from './tokens.ts';

/** POST models/{model}:countTokens. Free, and no word about what an answer will count. */
export async function countTokens(call: Call, model: GeminiModel): Promise<Answer> {
  const request = readMessage(countRequest, await call.json(), call.version);
  const whole = request.generateContentRequest;
  const contents = whole?.contents ?? request.contents ?? [];
  if (contents.length === 0) throw badField('contents', 'contents is not specified');
  const system = whole?.systemInstruction ? [whole.systemInstruction] : [];
  const { text, image } = countContents([...system, ...contents], model.inputTokens);
  return jsonAnswer({
    totalTokens: text + image,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: text },
      ...(image > 0 ? [{ modality: 'IMAGE', tokenCount: image }] : []),
    ],
  });
}
