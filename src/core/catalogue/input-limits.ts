import type { Cited, Model } from './model.ts';

/** How large input images may be. */
export interface InputLimit extends Cited {
  /** null: of every model. */
  readonly model: string | null;
  /** A whole request as it is sent; one picture inside of it; one picture at the Files API. */
  readonly what: 'request' | 'inline' | 'file';
  readonly bytes: number;
}

const FILES: Cited = {
  source: 'https://ai.google.dev/gemini-api/docs/files',
  checked: '2026-11-22',
  confidence: 'high',
};

/** Google states these of its Agent Platform, where larger files come from Cloud Storage. */
const PLATFORM: Cited = {
  source:
    'https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/image-understanding',
  checked: '2026-11-22',
  confidence: 'medium',
};

export const INPUT_LIMITS: readonly InputLimit[] = [
  {
    model: null,
    what: 'request',
    bytes: 100_000_000,
    source: 'https://ai.google.dev/gemini-api/docs/changelog',
    checked: '2026-10-08',
    confidence: 'high',
  },
  { ...FILES, model: null, what: 'file', bytes: 2_000_000_000 },
  {
    ...PLATFORM,
    model: 'gemini-3-pro-image',
    what: 'inline',
    bytes: 7_000_000,
    note: 'measured at the Gemini API by a reseller, too',
  },
  { ...PLATFORM, model: 'gemini-3-pro-image', what: 'file', bytes: 30_000_000 },
];

/** The strictest that holds for any of these models. */
export function inputLimit(what: InputLimit['what'], models: readonly Model['id'][]): number {
  const allowed = INPUT_LIMITS.filter(
    (limit) => limit.what === what && (limit.model === null || models.includes(limit.model)),
  );
  return Math.min(...allowed.map(({ bytes }) => bytes));
}

const HOUR_MS = 3_600_000;

/** How long the Files API keeps a file: https://ai.google.dev/gemini-api/docs/files, checked 2026-11-22. */
export const FILE_KEPT_MS = 48 * HOUR_MS;

/** Our own limit: a request waits, is sent, and is repeated, all within minutes. */
export const REQUEST_NEEDS_MS = HOUR_MS;

/**
 * Our own limit: Google means to end a job within 24 hours and gives it up after 48, which is as long as a file lives. Half a
 * day beyond the aim is kept free, so that a file is uploaded anew once in twelve hours at most.
 */
export const JOB_NEEDS_MS = 36 * HOUR_MS;
