import { createHmac } from 'node:crypto';

const KEY = 'AIza-key-of-a-bench-0123456789abcdef';

/** A sandbox at an address, as the client of Google's wire takes it. */
export const sandboxAt = (baseUrl) => ({
  name: 'sandbox',
  title: 'Google',
  wire: 'google',
  can: { files: true, batch: true, predict: true },
  sandbox: true,
  baseUrl,
  credentials: {
    from: 'a bench',
    headers: () => ({ 'x-goog-api-key': KEY }),
    clean: (text) => text.replaceAll(KEY, '[key]'),
    scrub: (body) => body,
    sign: (text) => createHmac('sha256', KEY).update(text).digest('hex'),
  },
});
