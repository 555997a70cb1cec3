import type { Usd } from '../pricing/money.ts';
import { MODELS, ratesAt, statusOf } from './catalogue.ts';
import type { Day, Lane, Meter, Model, Rate, Size, Status } from './model.ts';
import { LANES } from './model.ts';

export type Change =
  | { readonly kind: 'status'; readonly model: string; readonly before: Status; readonly after: Status }
  | {
      readonly kind: 'price';
      readonly model: string;
      readonly lane: Lane;
      readonly meter: Meter;
      readonly size: Size | null;
      /** null: it was not sold, or no longer is. */
      readonly before: Usd | null;
      readonly after: Usd | null;
      readonly per: number;
    };

/** What became different between two days, in the order of the catalogue. */
export function changesBetween(from: Day, to: Day, models: readonly Model[] = MODELS): readonly Change[] {
  return models.flatMap((model) => [...statusChange(model, from, to), ...priceChanges(model, from, to)]);
}

function statusChange(model: Model, from: Day, to: Day): readonly Change[] {
  const before = statusOf(model, from);
  const after = statusOf(model, to);
  return before === after ? [] : [{ kind: 'status', model: model.id, before, after }];
}

const keyOf = ({ meter, size }: Rate): string => `${meter} ${size ?? ''}`;

function priceChanges(model: Model, from: Day, to: Day): readonly Change[] {
  return LANES.flatMap((lane) => {
    const before = new Map(ratesAt(model, lane, from).map((rate) => [keyOf(rate), rate]));
    const after = new Map(ratesAt(model, lane, to).map((rate) => [keyOf(rate), rate]));
    return [...new Map([...before, ...after]).entries()].flatMap(([key, { meter, size, per }]): Change[] => {
      const was = before.get(key)?.price ?? null;
      const is = after.get(key)?.price ?? null;
      if (was === is) return [];
      return [
        { kind: 'price', model: model.id, lane, meter, size: size ?? null, before: was, after: is, per },
      ];
    });
  });
}
