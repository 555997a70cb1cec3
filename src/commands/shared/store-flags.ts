import type { Deps, Settings, Store } from '../../ports/index.ts';

export interface StoreFlags {
  readonly store?: string;
  /** Bytes. */
  readonly storeLimit?: number;
}

export const storeFor = (
  { sandbox }: Settings,
  { store: folder, storeLimit: limit }: StoreFlags,
  { store }: Pick<Deps, 'store'>,
): Promise<Store> => store({ sandbox, folder, limit });
