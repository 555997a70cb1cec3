import type { Cited } from './model.ts';

/** Another service, for reference only: it cannot be bought here and enters no sum. */
export interface Platform extends Cited {
  readonly name: string;
  readonly status: string;
  /** Dollars for one picture, from the cheapest to the dearest kind; null where nobody publishes a number. */
  readonly perImage: { readonly low: string; readonly high: string } | null;
  /** As its own pages put it. */
  readonly price: string;
}

const OPENAI_MODELS = 'https://developers.openai.com/api/docs/models';
const OPENAI_ENDS: Cited = {
  source: 'https://platform.openai.com/docs/deprecations',
  checked: '2026-11-22',
  confidence: 'medium',
};
const BFL: Cited = {
  source: 'https://docs.bfl.ai/quick_start/pricing',
  checked: '2026-11-26',
  confidence: 'high',
};
// Quotes bfl.ai/pricing.
const FLUX: Cited = { source: 'https://docs.flexprice.io/', checked: '2026-11-16', confidence: 'medium' };

const between = (low: string, high: string): Platform['perImage'] => ({ low, high });

export const PLATFORMS: readonly Platform[] = [
  {
    name: 'OpenAI DALL·E 3 and 2',
    status: 'shut down 2026-05-12',
    perImage: between('0.04', '0.12'),
    price: 'DALL·E 3 was $0.04, HD $0.08 to $0.12',
    source: 'https://developers.openai.com/api/docs/models/dall-e-3',
    checked: '2026-11-22',
    confidence: 'high',
  },
  {
    name: 'OpenAI gpt-image-1',
    status: 'shut down 2026-10-23',
    perImage: between('0.011', '0.167'),
    price: '1024x1024 was $0.011 low, $0.042 medium, $0.167 high',
    ...OPENAI_ENDS,
  },
  {
    name: 'OpenAI gpt-image-1-mini',
    status: 'deprecated, ends 2026-12-01',
    perImage: between('0.005', '0.036'),
    price: '1024x1024: $0.005 low, $0.011 medium, $0.036 high',
    source: 'https://www.aifreeapi.com/en/posts/gpt-image-1-5-pricing',
    checked: '2026-03-23',
    confidence: 'low',
    note: 'a copy of its page; by its tokens it would be $0.002 to $0.033',
  },
  {
    name: 'OpenAI gpt-image-1.5',
    status: 'deprecated, ends 2026-12-01',
    perImage: between('0.009', '0.2'),
    price: '1024x1024: $0.009 low, $0.034 medium, $0.133 high; wide or tall $0.013 to $0.20',
    source: 'https://community.openai.com/t/1371851',
    checked: '2026-11-27',
    confidence: 'medium',
    note: '272, 1,056 or 4,160 tokens of output at $32 a million',
  },
  {
    name: 'OpenAI gpt-image-2',
    status: 'released 2026-04-21',
    perImage: between('0.006', '0.211'),
    price: '1024x1024: $0.006 low, $0.053 medium, $0.211 high',
    source: 'https://www.ai-primer.com/engineer/stories/openai-gpt-image-2-api-pricing',
    checked: '2026-11-27',
    confidence: 'low',
    note: 'sold by the token; others name $0.005, $0.041 and $0.165',
  },
  {
    name: 'OpenAI gpt-image-2.5-flare, -sunburst',
    status: 'released 2026-09-08',
    perImage: null,
    price: 'sold by the token; not recorded here',
    source: OPENAI_MODELS,
    checked: '2026-11-26',
    confidence: 'medium',
  },
  {
    name: 'OpenAI gpt-image-2.6-flare, -sunburst',
    status: 'released 2026-11-04',
    perImage: null,
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
    perImage: between('0.04', '0.06'),
    price: '$0.04, ultra $0.06',
    ...FLUX,
  },
  {
    name: 'FLUX.2',
    status: 'API',
    perImage: between('0.014', '0.07'),
    price: 'klein from $0.014, pro from $0.03 (edits $0.045), flex $0.05, max $0.07',
    ...BFL,
  },
  {
    name: 'FLUX 3 Image',
    status: 'API',
    perImage: between('0.048', '0.607'),
    price: '$0.048 1K, $0.10 2K, $0.607 4K',
    ...FLUX,
  },
  {
    name: 'Midjourney',
    status: 'no official public API',
    // $10 for 3.3 hours and $120 for 60, a minute a prompt, four pictures a prompt.
    perImage: between('0.0083', '0.0126'),
    price: '$10 to $120 a month, 3.3 to 60 fast hours: $3.03 to $2.00 a fast hour',
    source: 'https://docs.midjourney.com/hc/en-us/articles/32016412137741-GPU-Speed-Fast-Relax-Turbo',
    checked: '2026-11-27',
    confidence: 'medium',
    note: 'a subscription: a prompt takes about a minute and makes four pictures, so $0.033 to $0.051 a prompt, and only where all hours are used',
  },
  {
    name: 'laozhang.ai',
    status: "resale of Google's models",
    perImage: between('0.025', '0.09'),
    price: '$0.045 (2.1), $0.025 (Lite), $0.09 (Pro), any size',
    source: 'https://docs.laozhang.ai',
    checked: '2026-10-14',
    confidence: 'medium',
    note: 'not affiliated; the key and the prompts go to them',
  },
];

/** Names of models that others sell, as people type them. */
const ELSEWHERE =
  /^(?:dall-?e|gpt-image|chatgpt|flux|midjourney|stable-diffusion|sdxl|ideogram|recraft|seedream)/i;

export const isSoldElsewhere = (name: string): boolean => ELSEWHERE.test(name);
