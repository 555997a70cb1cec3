import { MODELS } from '../catalogue/catalogue.ts';
import { ending } from '../catalogue/life.ts';
import type { Day, Model } from '../catalogue/model.ts';
import { excerpt, thousands } from '../text/text.ts';

/** Gathers what is to be said of the ends of models, and which pictures it is about. */
export interface Endings {
  add(model: string, key: string): void;
  /** "hero, team and 3 more: Nano Banana 2 is deprecated since 2026-10-06, …" */
  sentences(): readonly string[];
}

const MOST_NAMED = 3;

/** Said of as many pictures as there are, in memory for a few of them. */
export function endings(day: Day, models: readonly Model[] = MODELS): Endings {
  const said = new Map(models.map((model) => [model.id, ending(model, day)]));
  const named = new Map<string, { readonly keys: string[]; count: number }>();
  return {
    add(model, key) {
      const sentence = said.get(model);
      if (!sentence) return;
      const about = named.get(sentence) ?? { keys: [], count: 0 };
      named.set(sentence, about);
      about.count += 1;
      if (about.keys.length < MOST_NAMED) about.keys.push(excerpt(key, 60));
    },
    sentences: () =>
      [...named].map(([sentence, { keys, count }]) => {
        const more = count - keys.length;
        return `${keys.join(', ')}${more > 0 ? ` and ${thousands(more)} more` : ''}: ${sentence}`;
      }),
  };
}
