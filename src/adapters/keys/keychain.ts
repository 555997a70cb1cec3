import { Failure } from '../../core/errors.ts';

/** The keychain of the system, for one service. Each call throws what the system says where it does not work. */
export interface Keychain {
  /** null where it has none. */
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Opens the keychain. Failure `auth` where this installation has no module for it. */
export async function keychainOf(service: string): Promise<Keychain> {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch((cause: unknown) => {
    throw new Failure('auth', 'No module for the keychain of this system is installed.', { cause });
  });
  // Without this, Linux may fall back to a keyring that is gone when the machine is started again.
  const entry = (name: string) => new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
  return {
    get: (name) => entry(name).getPassword(),
    set: (name, secret) => entry(name).setPassword(secret),
    remove: async (name) => void (await entry(name).deletePassword()),
  };
}
