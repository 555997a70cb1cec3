import type { Cited, Day, LifeClaim, PlatformLife } from './model.ts';

const PRICING = 'https://ai.google.dev/gemini-api/docs/pricing';
const CHANGELOG = 'https://ai.google.dev/gemini-api/docs/changelog';
const DEPRECATIONS = 'https://ai.google.dev/gemini-api/docs/deprecations';
const MEASUREMENTS = 'https://docs.apiyi.com/en/api-capabilities/nano-banana-usage-metadata';

/** The pricing page as it stood on 9 October 2026. */
export const PRICES_OCTOBER: Cited = { source: PRICING, checked: '2026-10-09', confidence: 'high' };

/** The pricing page as it stood on 24 September 2026. */
export const PRICES_SEPTEMBER: Cited = { source: PRICING, checked: '2026-09-24', confidence: 'high' };

/** Flex and priority tables of the pricing page. */
export const PRICES_TIERS: Cited = {
  source: PRICING,
  checked: '2026-04-01',
  confidence: 'medium',
  note: 'the copy of these tables carries no date: they are taken to be as old as this, and in force since the model was released',
};

export const CHANGES: Cited = { source: CHANGELOG, checked: '2026-10-08', confidence: 'high' };

export const IMAGEN_PRICES: Cited = {
  source: 'https://github.com/google-gemini/cookbook/blob/main/quickstarts/Get_started_imagen_rest.ipynb',
  checked: '2026-08-07',
  confidence: 'high',
};

export const IMAGEN_END: Cited = {
  source: 'https://firebase.google.com/docs/ai-logic/imagen-models-migration',
  checked: '2026-09-17',
  confidence: 'high',
};

/** Token counts of 48 generations and 18 edits on Gemini 3 Pro Image. */
export const MEASURED: Cited = { source: MEASUREMENTS, checked: '2026-10-14', confidence: 'medium' };

/** An invoice over 347 pictures of Nano Banana 2 at 1K. */
export const INVOICE: Cited = {
  source: 'https://maju-tech.blogspot.com/',
  checked: '2026-04-30',
  confidence: 'low',
};

/** A range for which nothing was measured on the model itself. */
export const BY_ANALOGY: Cited = {
  source: MEASUREMENTS,
  checked: '2026-10-14',
  confidence: 'low',
  note: 'no recording of this model is known; taken from its siblings',
};

export const endsIn = {
  changelog: (says: string): LifeClaim => ({ ...CHANGES, says }),
  deprecations: (checked: string, says: string): LifeClaim => ({
    source: DEPRECATIONS,
    checked,
    confidence: 'medium',
    says,
  }),
  pricing: (says: string): LifeClaim => ({ ...PRICES_SEPTEMBER, says }),
};

/** Google's other platform, once Vertex AI, has days of its own; its page is of some day between 2026-07-21 and this one. */
export const onAgentPlatform = (shutdown: Day, more: Partial<PlatformLife> = {}): readonly PlatformLife[] => [
  {
    platform: 'Agent Platform',
    shutdown,
    isEarliest: false,
    source: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versioning',
    checked: '2026-10-13',
    confidence: 'medium',
    ...more,
  },
];
