const KEY = 'AIza-key-of-a-bench-0123456789abcdef';

/** A sandbox at an address, as a client takes it, made of built modules: whichever a bench has loaded. */
export const sandboxAt = (baseUrl, { SANDBOX, keyCredentials }) => ({
  ...SANDBOX,
  baseUrl,
  credentials: keyCredentials({ value: KEY, from: 'a bench' }),
});
