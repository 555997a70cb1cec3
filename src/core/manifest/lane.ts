import { LANES, type Lane } from '../catalogue/model.ts';

/** How pictures may be bought: `mixed` is by batch, but for what is urgent. */
export const LANE_WISHES = [...LANES, 'mixed'] as const;
export type LaneWish = (typeof LANE_WISHES)[number];

/** A picture, as far as its lane depends on it. */
export interface Wishing {
  readonly id: string;
  readonly key: string;
  readonly lane: LaneWish;
  /** It does not wait for the batch lane. */
  readonly urgent: boolean;
}

/** What a run says about lanes, beyond its manifest. */
export interface Haste {
  /** Instead of what the manifest says of each picture. */
  readonly lane?: LaneWish | undefined;
  /** Besides those that the manifest calls urgent. */
  readonly urgent: (picture: Wishing) => boolean;
}

/** The lanes that the manifest says. */
export const NO_HASTE: Haste = { urgent: () => false };

/** The lanes that a picture may be bought in, the first that sells it. */
export function lanesFor(picture: Wishing, { lane, urgent }: Haste): readonly Lane[] {
  if (lane === 'batch') return ['batch'];
  const wish = lane ?? picture.lane;
  if (wish !== 'batch' && wish !== 'mixed') return [wish];
  if (picture.urgent || urgent(picture)) return ['now'];
  return wish === 'mixed' ? ['batch', 'now'] : ['batch'];
}
