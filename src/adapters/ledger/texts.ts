/** A text as a ledger can keep it: PostgreSQL takes no NUL, and the driver of SQLite ends a text there. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD');
