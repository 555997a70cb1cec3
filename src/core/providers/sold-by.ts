import type { Model } from '../catalogue/model.ts';
import type { ChargeRules } from './profile.ts';

/** The models under the charge rules of whoever sells them; the prices stay whose they are. */
export function soldBy(models: readonly Model[], { refusals }: ChargeRules): readonly Model[] {
  if (refusals === 'as-said') return models;
  return models.map((model) => ({ ...model, rates: model.rates.map((rate) => ({ ...rate, refusals })) }));
}
