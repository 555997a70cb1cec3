import { geminiModel } from '../gemini-model.ts';
import { GEMINI_25_ASPECTS } from '../pixels.ts';
import { BY_ANALOGY, CHANGES, endsIn, onAgentPlatform, PRICES_SEPTEMBER, PRICES_TIERS } from '../sources.ts';

const HALF = { input: '0.15', text: '1.25', image: '15' };

/** What people mean by "Nano Banana" without a number, and by "Gemini Flash Image". */
export const GEMINI_25_FLASH_IMAGE = geminiModel({
  id: 'gemini-2.5-flash-image',
  name: 'Nano Banana',
  aliases: ['nano-banana', 'gemini-flash-image'],
  endedNames: { 'gemini-2.5-flash-image-preview': '2026-01-15' },
  life: {
    ...CHANGES,
    confidence: 'medium',
    released: '2025-08-26',
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
    elsewhere: onAgentPlatform('2026-10-02'),
    note: 'a preview until 2025-10-02; new keys may be told that it is not found',
  },
  successor: 'gemini-3.1-flash-lite-image',
  resolutions: { '1K': { tokens: 1290, pixels: GEMINI_25_ASPECTS } },
  output: 'image/png',
  abilities: ['edit', 'commentary', 'chat', 'png'],
  maxOutputTokens: 32_768,
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
  remainderTokens: { ...BY_ANALOGY, low: 0, expected: 0, high: 300, note: 'none in recordings' },
  prices: [
    { lane: 'now', input: '0.30', text: '2.50', image: '30', cited: PRICES_SEPTEMBER },
    { lane: 'batch', ...HALF, cited: PRICES_SEPTEMBER },
    { lane: 'flex', ...HALF, cited: PRICES_TIERS },
    {
      lane: 'priority',
      input: '0.54',
      text: '4.50',
      image: '54',
      cited: {
        ...PRICES_TIERS,
        confidence: 'low',
        note: '$0.0702 an image is printed, 1.8 times the standard price; the rates follow from it',
      },
    },
  ],
});
