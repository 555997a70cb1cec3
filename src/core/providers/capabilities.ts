import { Failure, usageFailure } from '../errors.ts';
import type { Order } from '../order/order.ts';
import { picturesIn } from '../order/uploads.ts';
import type { Profile } from './profile.ts';

type Able = Pick<Profile, 'title' | 'can'>;

/** Refuses an order for which the provider has no means. */
export function refuseUnable(
  provider: Able,
  { model, lane, search, ...shown }: Pick<Order, 'model' | 'lane' | 'inputs' | 'history' | 'search'>,
): void {
  if ((lane === 'flex' || lane === 'priority') && !provider.can.tiers) {
    throw usageFailure(`${provider.title} has no lane ${lane}.`, 'Buy with --lane now.');
  }
  if (search === true && !provider.can.search) {
    throw usageFailure(`${provider.title} does not search beside a picture.`, 'Leave --needs search out.');
  }
  if (lane === 'batch' && !provider.can.batch) throw noBatches(provider);
  if (model.wire === 'predict' && !provider.can.predict) {
    throw new Failure('unavailable-model', `${provider.title} does not sell ${model.name}.`, {
      hint: 'Take another model with -m.',
      charged: 'no',
    });
  }
  if (!provider.can.files && picturesIn(shown).some(({ uri }) => uri !== undefined)) throw noFiles(provider);
}

export const noBatches = ({ title }: Able): Failure =>
  usageFailure(`${title} has no batch lane.`, 'Buy with --lane now.');

export const noFiles = ({ title }: Able): Failure =>
  usageFailure(
    `${title} takes no files, and a picture of this request is too large to travel inside of it.`,
    'Give a smaller picture.',
  );
