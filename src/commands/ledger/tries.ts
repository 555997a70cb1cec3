import type { Ledger, Receipt } from '../../ports/index.ts';

/** Requests, with all that was tried for the same pictures. */
export async function withTries(
  found: readonly Receipt[],
  ledger: Pick<Ledger, 'receipts'>,
): Promise<readonly Receipt[]> {
  const runs = [...new Set(found.map(({ run }) => run.runId))];
  const all = await Promise.all(runs.map((value) => ledger.receipts({ by: 'run', value })));
  return all.flat().filter((other) => found.some((one) => isForTheSame(one, other)));
}

const isForTheSame = (one: Receipt, { attempt: { attemptId, save } }: Receipt): boolean =>
  one.attempt.attemptId === attemptId || one.attempt.save.paths.some((path) => save.paths.includes(path));
