import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { MODELS } from './models.ts';
import type { SandboxModel } from './types.ts';
import { page } from '../http/page.ts';
import { Problem } from '../http/problem.ts';

/** GET models */
export function listModels(call: Call, retired: boolean): HttpResponse {
  const alive = MODELS.filter((model) => isAlive(model, retired)).map(describe);
  const { items, nextPageToken } = page(alive, call.query, { size: 50, most: 1000 });
  return jsonResponse({ models: items, ...(nextPageToken !== null && { nextPageToken }) });
}

/** GET models/{model} */
export function getModel(call: Call, name: string, retired: boolean): HttpResponse {
  const model = findModel(name, retired);
  if (model) return jsonResponse(describe(model));
  throw new Problem('NOT_FOUND', `Model is not found: models/${name} for api version ${call.version}`);
}

/** By id or alias; null where the API has no such model, or has it no longer. */
export function findModel(name: string, retired: boolean): SandboxModel | null {
  const found = MODELS.find(({ id, aliases = [] }) => id === name || aliases.includes(name));
  return found && isAlive(found, retired) ? found : null;
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
