/** A time as the API writes it. */
export const iso = (ms: number): string => new Date(ms).toISOString();
