import { jsonAnswer } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { MODELS } from './models.ts';
import type { SandboxModel } from './models.ts';
import { page } from '../http/page.ts';
import { Problem } from '../http/problem.ts';

/** GET models */
export function listModels(call: Call, retired: boolean): Answer {
  const alive = MODELS.filter((model) => isAlive(model, retired)).map(describe);
  const { items, nextPageToken } = page(alive, call.query, { size: 50, most: 1000 });
  return jsonAnswer({ models: items, ...(nextPageToken !== null && { nextPageToken }) });
}

/** GET models/{model} */
export function getModel(call: Call, name: string, retired: boolean): Answer {
  const model = findModel(name, retired);
  if (model) return jsonAnswer(describe(model));
  throw new Problem('NOT_FOUND', `Model is not found: models/${name} for api version ${call.version}`);
}

/** Ids that the API takes for another one. */
const ALIASES: Readonly<Record<string, string>> = { 'nano-banana-pro-preview': 'gemini-3-pro-image' };

export function findModel(name: string, retired: boolean): SandboxModel | null {
  const id = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return MODELS.find((model) => model.id === id && isAlive(model, retired)) ?? null;
}

const isAlive = (model: SandboxModel, retired: boolean): boolean => !(retired && model.family === 'imagen');

function describe(model: SandboxModel): unknown {
  const { id, version, displayName, description, inputTokenLimit, outputTokenLimit } = model;
  return {
    name: `models/${id}`,
    version,
    displayName,
    description,
    inputTokenLimit,
    outputTokenLimit,
    supportedGenerationMethods:
      model.family === 'gemini' ? ['generateContent', 'countTokens', 'batchGenerateContent'] : ['predict'],
    ...(model.family === 'gemini' && { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 }),
    ...(model.family === 'gemini' && Object.keys(model.thinking).length > 0 && { thinking: true }),
  };
}
