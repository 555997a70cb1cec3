import { geminiModel } from '../gemini-model.ts';
import { FOURTEEN_ASPECTS, scaled } from '../pixels.ts';
import {
  CHANGES,
  endsIn,
  INVOICE,
  MEASURED,
  onAgentPlatform,
  PRICES_OCTOBER,
  PRICES_SEPTEMBER,
} from '../sources.ts';

export const NANO_BANANA_2 = geminiModel({
  id: 'gemini-3.1-flash-image',
  name: 'Nano Banana 2',
  aliases: ['nano-banana-2'],
  endedNames: { 'gemini-3.1-flash-image-preview': '2026-06-25' },
  life: {
    ...CHANGES,
    confidence: 'medium',
    released: '2026-02-26',
    deprecated: '2026-10-06',
    claims: [
      endsIn.changelog('deprecated since 2026-10-06, no shutdown date announced'),
      endsIn.deprecations('2026-10-06', 'shut down on 2026-10-29'),
    ],
    elsewhere: onAgentPlatform('2027-05-28', { isEarliest: true }),
    note: 'a preview until 2026-05-28; the sources disagree about its end, so it is taken to be alive',
  },
  successor: 'gemini-nano-banana-2.1',
  resolutions: {
    '512': { tokens: 747, pixels: scaled(FOURTEEN_ASPECTS, 1 / 2) },
    '1K': { tokens: 1120, pixels: FOURTEEN_ASPECTS },
    '2K': { tokens: 1680, pixels: scaled(FOURTEEN_ASPECTS, 2) },
    '4K': { tokens: 2520, pixels: scaled(FOURTEEN_ASPECTS, 4) },
  },
  inputs: {
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
  prices: [
    { lane: 'now', input: '0.50', text: '3.00', image: '60', cited: PRICES_SEPTEMBER },
    { lane: 'batch', input: '0.25', text: '1.50', image: '30', cited: PRICES_SEPTEMBER },
  ],
});
