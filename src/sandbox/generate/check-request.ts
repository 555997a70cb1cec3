import { checkContents, checkPictures, promptOf, type FindFile } from './contents.ts';
import { badField, invalid } from '../http/problem.ts';
import type { GenerateRequest } from '../messages.ts';
import { LEVELS, SIZES, type GeminiModel, type Level, type Size } from '../models/types.ts';
import { measure } from '../models/pixels.ts';
import { checkTokens, countContents, type Counted } from './count.ts';

/** A generateContent request that the API takes. */
export interface CheckedRequest {
  readonly model: GeminiModel;
  /** The words of the last turn. */
  readonly prompt: string;
  readonly size: Size;
  readonly width: number;
  readonly height: number;
  readonly input: Counted;
  readonly wantsImage: boolean;
  readonly wantsText: boolean;
  readonly level: Level | null;
  readonly includeThoughts: boolean;
  readonly tier: string;
  readonly search: boolean;
}

/** Throws what the API would answer to a request that it does not take. */
export function checkRequest(
  request: GenerateRequest,
  model: GeminiModel,
  findFile: FindFile,
): CheckedRequest {
  const contents = request.contents ?? [];
  const config = request.generationConfig ?? {};
  const modalities = config.responseModalities ?? ['TEXT', 'IMAGE'];
  checkContents(contents);
  checkConfig(config, model);
  checkModalities(modalities, model);
  checkTools(request, model);
  const lastAspect = checkPictures(contents, model, findFile);

  const system = request.systemInstruction ? [request.systemInstruction] : [];
  const input = countContents([...system, ...contents], model.inputTokens);
  checkTokens(input.text + input.image, model);
  const size = checkSize(config.imageConfig?.imageSize, model);
  const { width, height } = checkAspect(config.imageConfig?.aspectRatio ?? lastAspect, model, size);
  const tier = request.serviceTier ?? 'standard';
  return {
    model,
    prompt: promptOf(contents),
    size,
    width,
    height,
    input,
    wantsImage: modalities.includes('IMAGE'),
    wantsText: modalities.includes('TEXT'),
    level: checkLevel(config.thinkingConfig?.thinkingLevel, model),
    includeThoughts: config.thinkingConfig?.includeThoughts === true,
    tier: model.tiers.includes(tier) ? tier : 'standard',
    search: (request.tools ?? []).some((tool) => tool.googleSearch !== undefined),
  };
}

function checkConfig(config: NonNullable<GenerateRequest['generationConfig']>, model: GeminiModel): void {
  const { candidateCount = 1, temperature = 1, topP = 1, seed, responseMimeType = '' } = config;
  if (candidateCount > 1) throw invalid('Multiple candidates is not enabled for this model');
  if (temperature < 0 || temperature > 2) {
    throw badField('generation_config.temperature', 'temperature must be in the range [0.0, 2.0].');
  }
  if (topP < 0 || topP > 1)
    throw badField('generation_config.top_p', 'top_p must be in the range [0.0, 1.0].');
  if (seed !== undefined && !model.takesSeed) throw invalid('Seed is not enabled for this model');
  if (responseMimeType === 'application/json' || config.responseSchema !== undefined) {
    throw invalid('JSON mode is not enabled for this model');
  }
}

function checkModalities(modalities: readonly string[], model: GeminiModel): void {
  const other = modalities.filter((modality) => !['TEXT', 'IMAGE'].includes(modality));
  if (other.length === 0) return;
  throw invalid(
    `The requested combination of response modalities (${[...modalities].sort().join(', ')}) is not supported by the model. models/${model.id} accepts the following combination of response modalities:\n* IMAGE\n* IMAGE, TEXT\n* TEXT\n`,
  );
}

function checkTools(request: GenerateRequest, model: GeminiModel): void {
  for (const tool of request.tools ?? []) {
    const other = Object.keys(tool).find((name) => name !== 'googleSearch');
    if (other === 'functionDeclarations') throw invalid('Function calling is not enabled for this model');
    if (other !== undefined) throw invalid(`Tool ${other} is not enabled for this model`);
    if (!model.searches) throw invalid('Search as tool is not enabled for this model');
  }
}

function checkSize(size: string | undefined, model: GeminiModel): Size {
  if (size === undefined || size === '') return '1K';
  if (!model.takesSize) throw invalid('Image size is not enabled for this model');
  const known = SIZES.filter((each) => model.tokens[each] !== undefined);
  const found = known.find((each) => each === size);
  if (!found)
    throw badField('generation_config.image_config.image_size', `image_size must be one of ${oneOf(known)}.`);
  return found;
}

function checkAspect(
  aspect: string | null,
  model: GeminiModel,
  size: Size,
): { readonly width: number; readonly height: number } {
  const pixels = measure(model, size, aspect === null || aspect === '' ? '1:1' : aspect);
  if (pixels) return pixels;
  const rule = `aspect_ratio must be one of ${oneOf(Object.keys(model.pixels))}.`;
  throw badField('generation_config.image_config.aspect_ratio', rule);
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return [...quoted.slice(0, -1), `or ${quoted.at(-1)}`].join(quoted.length > 2 ? ', ' : ' ');
}

function checkLevel(level: string | undefined, model: GeminiModel): Level | null {
  if (level === undefined || level === 'THINKING_LEVEL_UNSPECIFIED') return model.defaultLevel;
  if (model.thinking.always) return null;
  if (model.defaultLevel === null) throw invalid('Thinking level is not supported for this model.');
  const found = LEVELS.find((each) => each === level);
  if (found === 'MINIMAL' || (found && model.thinking[found])) return found;
  throw invalid(
    `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`,
  );
}
