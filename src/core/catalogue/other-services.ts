import type { Cited } from './model.ts';

/** Another service, for reference only: it cannot be bought here and enters no sum. */
export interface Platform extends Cited {
  readonly name: string;
  readonly status: string;
  /** As its own pages put it. */
  readonly price: string;
}

const OPENAI = 'https://platform.openai.com/docs/deprecations';
const OPENAI_MODELS = 'https://developers.openai.com/api/docs/models';
const BFL: Cited = {
  source: 'https://docs.bfl.ai/quick_start/pricing',
  checked: '2026-11-26',
  confidence: 'high',
};
// Quotes bfl.ai/pricing.
const FLUX: Cited = { source: 'https://docs.flexprice.io/', checked: '2026-11-16', confidence: 'medium' };

export const PLATFORMS: readonly Platform[] = [
  {
    name: 'OpenAI DALL·E 3',
    status: 'shut down 2026-05-12',
    price: 'was $0.04, HD $0.08 to $0.12',
    source: 'https://developers.openai.com/api/docs/models/dall-e-3',
    checked: '2026-11-22',
    confidence: 'high',
  },
  {
    name: 'OpenAI gpt-image-1',
    status: 'shut down 2026-10-23',
    price: 'was $0.011 low, $0.042 medium, $0.167 high',
    source: OPENAI,
    checked: '2026-11-22',
    confidence: 'medium',
  },
  {
    name: 'OpenAI gpt-image-1.5, -1-mini',
    status: 'deprecated, ends 2026-12-01',
    price: 'not recorded here',
    source: OPENAI,
    checked: '2026-11-22',
    confidence: 'medium',
  },
  {
    name: 'OpenAI gpt-image-2, gpt-image-2.5-flare, -sunburst',
    status: '2.5 released 2026-09-08',
    price: 'not recorded here',
    source: OPENAI_MODELS,
    checked: '2026-11-26',
    confidence: 'medium',
  },
  {
    name: 'OpenAI gpt-image-2.6-flare, -sunburst',
    status: 'released 2026-11-04',
    price:
      'per million tokens: text in $5 (cached $1.25), image in $8 (cached $2), image out $30; batch half',
    source: OPENAI_MODELS,
    checked: '2026-11-26',
    confidence: 'high',
    note: 'no price for a picture is published',
  },
  {
    name: 'FLUX1.1 [pro]',
    status: 'API only',
    price: '$0.04, ultra $0.06',
    ...FLUX,
  },
  {
    name: 'FLUX.2',
    status: 'API',
    price: 'klein from $0.014, pro from $0.03 (edits $0.045), flex $0.05, max $0.07',
    ...BFL,
  },
  {
    name: 'FLUX 3 Image',
    status: 'API',
    price: '$0.048 1K, $0.10 2K, $0.607 4K',
    ...FLUX,
  },
  {
    name: 'Midjourney',
    status: 'no official public API',
    price: '$10 to $120 a month, 3.3 to 60 fast hours: $3.03 to $2.00 a fast hour',
    source: 'https://github.com/api-evangelist/midjourney',
    checked: '2026-11-22',
    confidence: 'medium',
    note: 'a subscription: what a picture costs depends on how many are made',
  },
  {
    name: 'laozhang.ai',
    status: "resale of Google's models",
    price: '$0.045 (2.1), $0.025 (Lite), $0.09 (Pro), any size',
    source: 'https://docs.laozhang.ai',
    checked: '2026-10-14',
    confidence: 'medium',
    note: 'not affiliated; the key and the prompts go to them',
  },
];

/** Names of models that others sell, as people type them. */
const ELSEWHERE =
  /^(?:dall-?e|gpt-image|chatgpt|flux|midjourney|stable-diffusion|sdxl?|ideogram|recraft|seedream)/i;

export const isSoldElsewhere = (name: string): boolean => ELSEWHERE.test(name.trim());
