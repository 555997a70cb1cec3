const HOUR_MS = 3_600_000;

/** How long the Files API keeps a file: https://ai.google.dev/gemini-api/docs/files, checked 2026-11-22. */
export const FILE_KEPT_MS = 48 * HOUR_MS;

/** Our own: a request waits for its turn, is sent, and is sent again, all within minutes. */
export const REQUEST_NEEDS_MS = HOUR_MS;

/**
 * Our own: Google means to end a job within 24 hours and gives it up after 48, which is as long as a file lives. Half a
 * day beyond the aim is kept free, so that a file is uploaded anew once in twelve hours at most.
 */
export const JOB_NEEDS_MS = 36 * HOUR_MS;
