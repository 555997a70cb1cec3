import type { Model, Rate } from '../catalogue/model.ts';
import { overlaid, type Overlay } from '../catalogue/overlay.ts';
import { GOOGLE } from './google.ts';
import type { Profile } from './profile.ts';

/** A provider, and the models as it sells them. */
export interface Seller {
  readonly profile: Profile;
  readonly models: readonly Model[];
}

/** The name of whoever sells a model. */
export const sellerOf = ({ seller = GOOGLE.name }: Pick<Model, 'seller'>): string => seller;

/**
 * The models as a provider sells them: at the prices of `overlay`, else at its own as far as they are known. What is
 * left are Google's: they are what somebody else's bill may look like, and no more.
 */
export function soldBy(
  models: readonly Model[],
  { name, charges: { refusals }, prices, billedByGoogle, sandbox }: Profile,
  overlay: Overlay | null,
): readonly Model[] {
  const own = prices && { ...prices, cited: { ...prices.cited, platform: name } };
  const known = overlay ?? own;
  const priced = known === null ? models : overlaid(models, known);
  const isAsListed = billedByGoogle && refusals === 'as-said';
  if (isAsListed && (name === GOOGLE.name || sandbox)) return priced;
  const under = (rate: Rate): Rate => ({
    ...rate,
    // What the seller of a price says of refusals counts more.
    ...(refusals === 'charged' && { refusals: rate.refusals ?? refusals }),
    ...(!billedByGoogle && rate.platform === GOOGLE.name && { isGuess: true }),
  });
  return priced.map((model) => ({ ...model, seller: name, rates: model.rates.map(under) }));
}
