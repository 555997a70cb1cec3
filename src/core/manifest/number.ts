/** Attempts at a picture are numbered, so that the ledger refuses to hold the same one for two processes. */
export const attemptIdOf = (hash: string, number: number): string => `${hash}-${number}`;

const ATTEMPT = /^([0-9a-f]{64})-(\d+)$/;

/** The picture that an attempt is at; null when it is at none of a project. */
export const hashIn = (attemptId: string): string | null => ATTEMPT.exec(attemptId)?.[1] ?? null;

/** The attempt after this one; null when its kind has no numbers. */
export function attemptAfter(attemptId: string): string | null {
  const [, hash, number] = ATTEMPT.exec(attemptId) ?? [];
  return hash === undefined ? null : attemptIdOf(hash, Number(number) + 1);
}
