import type { PromptBook } from '../../../src/ports/index.ts';

export function fakePromptBook(saved: Map<string, string>): PromptBook {
  return {
    save: async (name, text) => void saved.set(name, text),
    find: async (name) => saved.get(name) ?? null,
    names: async () => [...saved.keys()].toSorted(),
    remove: async (name) => saved.delete(name),
  };
}
