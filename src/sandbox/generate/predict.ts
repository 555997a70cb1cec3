import { jsonResponse, type HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { toBase64 } from './compose.ts';
import { readMessage } from '../http/fields.ts';
import { admit, sentAs } from '../admission.ts';
import { noteOf } from './generate.ts';
import { predictRequest } from '../messages.ts';
import { measure } from '../models/pixels.ts';
import type { ImagenModel } from '../models/types.ts';
import { invalid } from '../http/problem.ts';
import type { Distortion } from '../faults/fault.ts';
import type { State } from '../state.ts';
import { checkTokens, countText } from './count.ts';
import { isRecord } from './wire.ts';

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
export async function predict(state: State, call: Call, model: ImagenModel): Promise<HttpResponse> {
  const sampling = readSampling(readMessage(predictRequest, await call.json(), call.version), model);
  const admission = await admit(state, call, 'paid', { model: model.id, method: 'predict' });
  if (admission.response) return admission.response;
  const { behaviour } = admission;
  const { distortion, fault, refusal } = behaviour;
  if (refusal?.blockReason !== undefined) throw invalid(BLOCKED);
  if (refusal) {
    const body = { predictions: [{ raiFilteredReason: FILTERED }] };
    return sentAs(behaviour, jsonResponse(body, { note: noteOf(null, behaviour) }));
  }
  const predictions = distortion.textOnly === true ? [] : await sample(state, model, sampling, distortion);
  const charge = { method: 'predict', model, lane: 'standard', fault, responseId: null } as const;
  const cost = state.meter.chargePictures(charge, predictions.length);
  const body = predictions.length === 0 ? {} : { predictions };
  const response = jsonResponse(distortion.body?.(body) ?? body, { note: noteOf(cost, behaviour) });
  return sentAs(behaviour, response);
}

function readSampling(request: { instances?: unknown; parameters?: unknown }, model: ImagenModel): Sampling {
  const instances: readonly unknown[] = Array.isArray(request.instances) ? request.instances : [];
  const [instance] = instances;
  const prompt = isRecord(instance) ? instance.prompt : undefined;
  if (instances.length !== 1) throw invalid('The number of instances must be 1.');
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw invalid('Image generation requires a prompt.');
  checkTokens(countText(prompt), model);
  const parameters = isRecord(request.parameters) ? request.parameters : {};
  const count = parameters.sampleCount ?? model.maxSamples;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > model.maxSamples) {
    throw invalid(`sampleCount must be between 1 and ${model.maxSamples}, got ${JSON.stringify(count)}.`);
  }
  return { prompt, count, ...pixelsOf(parameters, model) };
}

function pixelsOf(parameters: Fields, model: ImagenModel): { width: number; height: number } {
  const { aspectRatio = '1:1', sampleImageSize = '1K' } = parameters;
  const name = typeof sampleImageSize === 'string' ? sampleImageSize.toUpperCase() : '';
  const size = model.sizes.find((each) => each === name);
  if (!size) throw invalid(`sampleImageSize must be one of ${model.sizes.join(', ')}.`);
  const pixels = typeof aspectRatio === 'string' ? measure(model, size, aspectRatio) : null;
  if (!pixels) throw invalid(`aspectRatio must be one of ${Object.keys(model.pixels).join(', ')}.`);
  return pixels;
}

async function sample(
  state: State,
  model: ImagenModel,
  { prompt, count, width, height }: Sampling,
  distortion: Distortion,
): Promise<readonly unknown[]> {
  const nth = state.timesSeen([model.id, width, height, prompt].join('\u0000'));
  const pictures = Array.from({ length: count }, async (_, index) => {
    const variant = (nth * count + index) % 8;
    const bytes = await state.painter.paint({ prompt, width, height, mimeType: 'image/png', variant });
    const picture = { mimeType: 'image/png', data: toBase64(bytes) };
    const { mimeType, data } = distortion.picture?.(picture) ?? picture;
    return { mimeType, bytesBase64Encoded: data };
  });
  return Promise.all(pictures);
}
