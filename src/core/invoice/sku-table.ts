import type { Lane, Meter } from '../catalogue/model.ts';
import type { Sku } from './skus.ts';

// Google publishes no list that ties SKUs to models. These were seen in downloaded reports, in exports, and in answers of the
// Cloud Billing API, as people published them. A SKU that is missing here is shown and, where its words fit, proposed.

/** The list in which each SKU of the Gemini API can be looked up, by whoever has a key for it. */
const LIST = 'https://cloudbilling.googleapis.com/v1/services/AEFD-7695-64FA/skus';

/** In an excerpt of a report of August 2026, where quantity × price came to the amount beside it. */
const REPORT = {
  source: LIST,
  checked: '2026-11-26',
  confidence: 'medium',
  note: 'seen in a published excerpt of a report',
} as const;

/** In what people published about their exports and price lists, without an id. */
const PUBLISHED = {
  source: LIST,
  checked: '2026-11-27',
  confidence: 'medium',
  note: 'seen in published notes about exports, without its id',
} as const;

type Row = Pick<Sku, 'description'> & Partial<Sku>;

const row = (models: readonly string[], meters: readonly Meter[], rest: Row): Sku => ({
  ...PUBLISHED,
  id: null,
  lane: 'now',
  shared: false,
  models,
  meters,
  ...rest,
});

const NANO_BANANA_2 = ['gemini-3.1-flash-image'];
const GEMINI_3 = [
  'gemini-nano-banana-2.1',
  'gemini-3.1-flash-lite-image',
  'gemini-3-pro-image',
  'gemini-3.1-flash-image',
];

/** The Agent Platform names text and pictures of a model apart, in each lane. */
function predictions(name: string, models: readonly string[], lane: Lane): readonly Sku[] {
  const end = lane === 'batch' ? 'Batch Predictions' : 'Predictions';
  return [
    row(models, ['image output'], { lane, description: `${name} Image Output - ${end}` }),
    row(models, ['text output', 'thinking'], { lane, description: `${name} Text Output - ${end}` }),
    row(models, ['text input'], { lane, description: `${name} Text Input - ${end}` }),
    row(models, ['image input'], { lane, description: `${name} Image Input - ${end}` }),
  ];
}

export const SKUS: readonly Sku[] = [
  row(['gemini-3-pro-image'], ['image output'], {
    ...REPORT,
    id: '096D-0370-0236',
    description: 'Generate_content image output token count for Gemini 3 Pro Image',
  }),
  row(['gemini-2.5-flash-image'], ['image output'], {
    ...REPORT,
    id: '2A8D-CD62-0E04',
    description: 'Generate_content image output token count for Gemini 2.5 Flash Native Image Generation',
  }),
  row(['gemini-3.1-flash-lite-image'], ['image output'], {
    description: 'Generate_content image output token count for Gemini 3.1 Flash Lite Image',
  }),
  row(['gemini-2.5-flash-image'], ['text output', 'thinking'], {
    ...REPORT,
    id: '911A-8880-A243',
    shared: true,
    description: 'Generate content output token count gemini 2.5 flash short input text',
  }),
  row(['gemini-3-pro-image'], ['text output', 'thinking'], {
    shared: true,
    description: 'Generate_content text output token count for gemini 3 pro short',
  }),
  row(['gemini-3-pro-image'], ['text input', 'image input'], {
    shared: true,
    description: 'Generate_content text input token count for gemini 3 pro short',
  }),
  ...['paid', 'paid one', 'free'].map((kind) =>
    row(GEMINI_3, ['search'], {
      shared: true,
      description: `Generate content search query gemini 3 ${kind}`,
    }),
  ),
  ...predictions('Gemini 3.1 Flash Image', NANO_BANANA_2, 'now'),
  ...predictions('Gemini 3.1 Flash Image', NANO_BANANA_2, 'batch'),
];
