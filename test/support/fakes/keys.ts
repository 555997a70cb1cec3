import { keyCredentials } from '../../../src/adapters/config/credentials.ts';
import type { Kept, KeptKey, Keys } from '../../../src/ports/index.ts';

/** Keys in memory, as if in a keychain. */
export function fakeKeys({ isYoursAlone = true } = {}): Keys {
  const kept = new Map<string, KeptKey>();
  return {
    list: async () => [...kept.values()],
    credentials: (value) => keyCredentials({ value: value.trim(), from: 'what was given' }),
    async keep({ key: _, ...key }, { inFile }) {
      const place = inFile ? 'file' : 'keychain';
      const row: Kept = {
        ...key,
        place,
        path: inFile ? '/home/you/keys.json' : null,
        isYoursAlone: inFile && isYoursAlone,
        why: null,
      };
      kept.set(`${key.provider}/${key.name}`, row);
      return row;
    },
    remove: async (provider, name) => kept.delete(`${provider}/${name}`),
  };
}
