import type { Model } from '../model.ts';
import { FOURTEEN_ASPECTS, scaled } from '../pixels.ts';
import { searchRates, tokenRates } from '../rates.ts';
import { CHANGES, endsIn, INVOICE, MEASURED, PRICES_OCTOBER, PRICES_SEPTEMBER } from '../sources.ts';

const RELEASED = '2026-02-26';

export const FLASH_31: Model = {
  id: 'gemini-3.1-flash-image',
  name: 'Nano Banana 2',
  aliases: ['nano-banana-2', 'gemini-3.1-flash-image-preview'],
  family: 'gemini',
  wire: 'generateContent',
  life: {
    ...CHANGES,
    confidence: 'medium',
    released: RELEASED,
    deprecated: '2026-10-06',
    shutdown: null,
    closedSince: null,
    claims: [
      endsIn.changelog('deprecated since 2026-10-06, no shutdown date announced'),
      endsIn.deprecations('2026-10-06', 'shut down on 2026-10-29'),
    ],
    note: 'a preview until 2026-05-28; the sources disagree about its end, so it is taken to be alive',
  },
  successor: 'gemini-nano-banana-2.1',
  resolutions: {
    '512': { tokens: 747, pixels: scaled(FOURTEEN_ASPECTS, 1 / 2) },
    '1K': { tokens: 1120, pixels: FOURTEEN_ASPECTS },
    '2K': { tokens: 1680, pixels: scaled(FOURTEEN_ASPECTS, 2) },
    '4K': { tokens: 2520, pixels: scaled(FOURTEEN_ASPECTS, 4) },
  },
  sendsSize: true,
  output: 'image/jpeg',
  maxPerRequest: 1,
  abilities: ['edit', 'text', 'chat', 'search'],
  inputs: {
    maxImages: 14,
    maxPromptTokens: 65_536,
    tokensPerImage: {
      ...PRICES_OCTOBER,
      confidence: 'low',
      low: 258,
      expected: 1120,
      high: 1120,
      note: '560 and 1120 are both claimed',
    },
  },
  thinkingLevels: ['minimal', 'high'],
  thinkingDefault: 'minimal',
  thinkingTokens: {
    minimal: { ...MEASURED, low: 0, expected: 0, high: 200 },
    high: { ...MEASURED, low: 0, expected: 750, high: 1600, note: '700 to 792 measured' },
  },
  // High enough that 1K is held at what the dearest pictures of that invoice came to, $0.08.
  remainderTokens: {
    ...INVOICE,
    low: 0,
    expected: 400,
    high: 4100,
    note: '202 in one recording, 88 to 630 measured on Nano Banana Pro; an invoice of April 2026 came to $0.075 to $0.08 a 1K picture',
  },
  imageParts: null,
  rates: [
    ...tokenRates(
      { input: '0.50', text: '3.00', image: '60' },
      { lane: 'now', from: RELEASED, cited: PRICES_SEPTEMBER },
    ),
    ...tokenRates(
      { input: '0.25', text: '1.50', image: '30' },
      { lane: 'batch', from: RELEASED, cited: PRICES_SEPTEMBER },
    ),
    ...searchRates(RELEASED, ['now', 'batch']),
  ],
};
