import type { Cited } from './model.ts';

/** How large input images may be when they travel inside the request. */
export interface InlineLimit extends Cited {
  /** null: of every model. */
  readonly model: string | null;
  readonly what: 'image' | 'request';
  readonly bytes: number;
}

export const INLINE_LIMITS: readonly InlineLimit[] = [
  {
    model: null,
    what: 'request',
    bytes: 100_000_000,
    source: 'https://ai.google.dev/gemini-api/docs/changelog',
    checked: '2026-10-08',
    confidence: 'high',
  },
  {
    model: 'gemini-3-pro-image',
    what: 'image',
    bytes: 7_000_000,
    source: 'https://docs.apiyi.com',
    checked: '2026-10-14',
    confidence: 'low',
    note: 'measured by a reseller; Google publishes none',
  },
];

/** Base64 makes four characters of three bytes; the rest of the request is prompt and settings. */
const ROOM_FOR_WORDS = 1_000_000;

/** What each of `count` images may weigh, so that any of these models takes all of them in one request. */
export function bytesPerImage(models: readonly string[], count: number, beside = 0): number {
  const allowed = INLINE_LIMITS.filter(({ model }) => model === null || models.includes(model));
  const shares = allowed.map(({ what, bytes }) =>
    what === 'image' ? bytes : Math.floor((((bytes - ROOM_FOR_WORDS) / 4) * 3 - beside) / Math.max(1, count)),
  );
  return Math.max(0, Math.min(...shares));
}
