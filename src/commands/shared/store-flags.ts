import type { Deps, Settings, Store } from '../../ports/index.ts';
import type { FlagsOf } from './flag.ts';
import type { STORE } from './flags.ts';

export type StoreFlags = FlagsOf<typeof STORE>;

export const storeFor = (
  { sandbox }: Settings,
  { store: folder, storeLimit: limit }: StoreFlags,
  { store }: Pick<Deps, 'store'>,
): Promise<Store> => store({ sandbox, folder, limit });
