import { keyCredentials } from '../../src/adapters/config/credentials.ts';
import { GOOGLE } from '../../src/core/providers/google.ts';
import type { Profile } from '../../src/core/providers/profile.ts';
import type { Provider } from '../../src/ports/index.ts';

/** Google at an address of the test's own, or who else `profile` makes of it. */
export const providerAt = (baseUrl: string, key = 'AIza-fake', profile: Partial<Profile> = {}): Provider => ({
  ...GOOGLE,
  ...profile,
  baseUrl,
  pictureHosts: [],
  credentials: keyCredentials({ value: key, from: 'a test' }),
});
