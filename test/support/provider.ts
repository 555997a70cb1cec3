import { keyCredentials } from '../../src/adapters/config/credentials.ts';
import { GOOGLE } from '../../src/core/providers/google.ts';
import type { Provider } from '../../src/ports/index.ts';

/** Google, or who else is told, at an address of the test's own. */
export const providerAt = (baseUrl: string, key: string, profile = GOOGLE): Provider => ({
  ...profile,
  baseUrl,
  credentials: keyCredentials({ value: key, from: 'a test' }),
});
