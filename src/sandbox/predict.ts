import { jsonAnswer, type Answer } from './http/response.ts';
import type { Call } from './http/call.ts';
import { toBase64 } from './generate/compose.ts';
import { readMessage } from './http/fields.ts';
import { pass, type Manner } from './admission.ts';
import { noteOf } from './generate/generate.ts';
import { predictRequest } from './messages.ts';
import { measure } from './models/pixels.ts';
import type { ImagenModel } from './models/types.ts';
import { invalid } from './http/problem.ts';
import type { State } from './state.ts';
import { countText } from './generate/count.ts';
import { isRecord } from './generate/wire.ts';

interface Sampling {
  readonly prompt: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

type Fields = Readonly<Record<string, unknown>>;

const BLOCKED =
  "Image generation failed with the following error: The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: 42876398";
const FILTERED =
  "Unable to show generated images. All images were filtered out because they violated Vertex AI's usage guidelines. You will not be charged for blocked images. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: 39322892, 29310472";

/** POST models/{model}:predict, as Imagen answered it. */
export async function predict(state: State, call: Call, model: ImagenModel): Promise<Answer> {
  const sampling = readSampling(readMessage(predictRequest, await call.json(), call.version), model);
  const passed = await pass(state, call, 'paid', { model: model.id, method: 'predict' });
  if (passed.answer) return passed.answer;
  const { manner } = passed;
  const { delivery, fault } = manner;
  if (manner.refusal?.blockReason !== undefined) throw invalid(BLOCKED);
  if (manner.refusal) {
    const body = { predictions: [{ raiFilteredReason: FILTERED }] };
    return jsonAnswer(body, { delivery, note: noteOf(null, manner) });
  }
  const predictions = manner.twist.textOnly === true ? [] : await sample(state, model, sampling, manner);
  const charge = { method: 'predict', model, lane: 'standard', fault, responseId: null } as const;
  const cost = state.meter.chargePictures(charge, predictions.length);
  const body = predictions.length === 0 ? {} : { predictions };
  return jsonAnswer(manner.twist.body?.(body) ?? body, {
    delivery,
    note: noteOf(cost, manner),
  });
}

function readSampling(request: { instances?: unknown; parameters?: unknown }, model: ImagenModel): Sampling {
  const instances: readonly unknown[] = Array.isArray(request.instances) ? request.instances : [];
  const [instance] = instances;
  const prompt = isRecord(instance) ? instance.prompt : undefined;
  if (instances.length !== 1) throw invalid('The number of instances must be 1.');
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw invalid('Image generation requires a prompt.');
  const tokens = countText(prompt);
  if (tokens > model.inputTokenLimit) {
    throw invalid(
      `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${model.inputTokenLimit}).`,
    );
  }
  const parameters = isRecord(request.parameters) ? request.parameters : {};
  const count = parameters.sampleCount ?? model.maxSamples;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > model.maxSamples) {
    throw invalid(`sampleCount must be between 1 and ${model.maxSamples}, got ${JSON.stringify(count)}.`);
  }
  return { prompt, count, ...pixelsOf(parameters, model) };
}

function pixelsOf(parameters: Fields, model: ImagenModel): { width: number; height: number } {
  const { aspectRatio = '1:1', sampleImageSize = '1K' } = parameters;
  const wanted = typeof sampleImageSize === 'string' ? sampleImageSize.toUpperCase() : '';
  const size = model.sizes.find((each) => each === wanted);
  if (!size) throw invalid(`sampleImageSize must be one of ${model.sizes.join(', ')}.`);
  const pixels = typeof aspectRatio === 'string' ? measure(model, size, aspectRatio) : null;
  if (!pixels) throw invalid(`aspectRatio must be one of ${Object.keys(model.pixels).join(', ')}.`);
  return pixels;
}

async function sample(
  state: State,
  model: ImagenModel,
  { prompt, count, width, height }: Sampling,
  { twist }: Manner,
): Promise<readonly unknown[]> {
  const nth = state.repeat([model.id, width, height, prompt].join('\u0000'));
  const pictures = Array.from({ length: count }, async (_, index) => {
    const variant = (nth * count + index) % 8;
    const bytes = await state.painter.paint({ prompt, width, height, mimeType: 'image/png', variant });
    const sent = { mimeType: 'image/png', data: toBase64(bytes) };
    const { mimeType, data } = twist.picture?.(sent) ?? sent;
    return { mimeType, bytesBase64Encoded: data };
  });
  return Promise.all(pictures);
}
