import type { Model } from '../model.ts';
import { FLASH_25 } from '../pixels.ts';
import { tokenRates } from '../rates.ts';
import { BY_ANALOGY, CHANGES, endsIn, PRICES_SEPTEMBER, PRICES_TIERS } from '../sources.ts';

const RELEASED = '2025-08-26';
const HALF = { input: '0.15', text: '1.25', image: '15' };

/** What people mean by "Nano Banana" without a number, and by "Gemini Flash Image". */
export const FLASH_25_IMAGE: Model = {
  id: 'gemini-2.5-flash-image',
  name: 'Nano Banana',
  aliases: ['nano-banana', 'gemini-flash-image', 'gemini-2.5-flash-image-preview'],
  family: 'gemini',
  wire: 'generateContent',
  life: {
    ...CHANGES,
    confidence: 'medium',
    released: RELEASED,
    deprecated: '2026-09-24',
    shutdown: '2027-03-15',
    closedSince: '2026-09-18',
    claims: [
      {
        source: 'https://qiita.com/kai_kou/items/81ae29101c28f72d2ad8',
        checked: '2026-10-15',
        confidence: 'medium',
        says: 'the deprecations page names 2027-03-15 as its end, and the Lite as its successor',
      },
      endsIn.pricing('deprecated, to be shut down on 2026-10-02'),
      endsIn.changelog('not deprecated since 2026-09-18, but closed to projects that did not use it before'),
    ],
    note: 'a preview until 2025-10-02; new keys may be told that it is not found',
  },
  successor: 'gemini-3.1-flash-lite-image',
  resolutions: { '1K': { tokens: 1290, pixels: FLASH_25 } },
  sendsSize: false,
  output: 'image/png',
  maxPerRequest: 1,
  abilities: ['edit', 'text', 'chat', 'png'],
  inputs: {
    maxImages: 3,
    maxPromptTokens: 32_768,
    tokensPerImage: {
      ...CHANGES,
      confidence: 'low',
      low: 258,
      expected: 1120,
      high: 1120,
      note: '258 in recordings of 2025, changed on 2025-11-04 to a number that was not verified',
    },
  },
  thinkingLevels: [],
  thinkingDefault: null,
  thinkingTokens: {},
  remainderTokens: { ...BY_ANALOGY, low: 0, expected: 0, high: 300, note: 'none in recordings' },
  imageParts: null,
  rates: [
    ...tokenRates(
      { input: '0.30', text: '2.50', image: '30' },
      { lane: 'now', from: RELEASED, cited: PRICES_SEPTEMBER },
    ),
    ...tokenRates(HALF, { lane: 'batch', from: RELEASED, cited: PRICES_SEPTEMBER }),
    ...tokenRates(HALF, { lane: 'flex', from: RELEASED, cited: PRICES_TIERS }),
    ...tokenRates(
      { input: '0.54', text: '4.50', image: '54' },
      {
        lane: 'priority',
        from: RELEASED,
        cited: {
          ...PRICES_TIERS,
          confidence: 'low',
          note: '$0.0702 an image is printed, 1.8 times the standard price; the rates follow from it',
        },
      },
    ),
  ],
};
