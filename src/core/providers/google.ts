import type { Profile } from './profile.ts';

/** The Gemini API of Google AI Studio: https://ai.google.dev/api, checked 2026-11-22. */
export const GOOGLE = {
  name: 'google',
  title: 'Google',
  address: 'https://generativelanguage.googleapis.com',
  wire: 'google',
  modelPrefix: '',
  key: { header: 'x-goog-api-key', variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], optional: false },
  headers: [],
  can: { files: true, batch: true, predict: true, tiers: true, search: true },
  speaksForGoogle: true,
  billedByGoogle: true,
  charges: { refusals: 'as-said' },
  priceFile: null,
  prices: null,
  timeouts: { callMs: 120_000, listMs: 30_000, idleMs: 60_000, purchaseSeconds: null },
  advice: {
    noKey:
      'Run pixtab auth login or set GEMINI_API_KEY (a key with billing: https://aistudio.google.com/apikey), or try it with --sandbox.',
    key: 'Make or check a key: https://aistudio.google.com/apikey',
    billing: 'Link a billing account to the project of this key: https://aistudio.google.com/projects',
    spending: 'Look at the spending in AI Studio before you ask again: https://aistudio.google.com/usage',
    spendingCap: 'Raise the cap in AI Studio, or wait for the next month: https://aistudio.google.com/spend',
    limits: 'See your limits: https://aistudio.google.com/rate-limit',
    region: 'Where the API can be used: https://ai.google.dev/gemini-api/docs/available-regions',
  },
  sandbox: false,
} as const satisfies Profile;
