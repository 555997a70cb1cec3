import { MODELS } from './catalogue.ts';
import type { Model } from './model.ts';

/** What gateways and versions put around the id of a model: "models/google/ID-preview-09-2026". */
const bare = (version: string): string => version.toLowerCase().replace(/^.*\//, '');
const VERSION = /^-(?:preview|latest|exp|ga|\d)[\w.-]*$/;

const names = (version: string, { id, aliases }: Pick<Model, 'id' | 'aliases'>): boolean => {
  const named = bare(version);
  return [id, ...aliases].some(
    (name) => named === name || (named.startsWith(name) && VERSION.test(named.slice(name.length))),
  );
};

/** Whether the model that an answer names is this one, in whatever version. */
export function namesModel(version: string, id: string): boolean {
  return names(version, MODELS.find((model) => model.id === id) ?? { id, aliases: [] });
}

/** The model that an answer names; null where it is none that is known. */
export const modelAnswering = (version: string): Model | null =>
  MODELS.find((model) => names(version, model)) ?? null;
