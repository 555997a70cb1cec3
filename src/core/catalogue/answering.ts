import { MODELS } from './catalogue.ts';
import type { Model } from './model.ts';

/** What gateways and versions put around the id of a model: "models/google/ID-preview-09-2026". */
const bare = (version: string): string => version.toLowerCase().replace(/.*\//, '');
const VERSION = /^-(?:preview|latest|exp|ga|\d)[\w.-]*$/;

const isVersionOf = (version: string, name: string): boolean => {
  const named = bare(version);
  return named === name || (named.startsWith(name) && VERSION.test(named.slice(name.length)));
};

/** Whether the model that an answer names is this one, in whatever version. */
export function namesModel(version: string, id: string): boolean {
  const known = modelAnswering(version);
  return known === null ? isVersionOf(version, id) : known.id === id;
}

/** The model that an answer names; null where it is none that is known. The newest first: "nano-banana-2" is no "nano-banana". */
export const modelAnswering = (version: string): Model | null =>
  MODELS.find(({ id, aliases }) => [id, ...aliases].some((name) => isVersionOf(version, name))) ?? null;
