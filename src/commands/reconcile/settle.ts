import type { Settleable } from '../../core/invoice/compare.ts';
import { saidBill } from '../../core/pricing/said-bill.ts';
import type { Ledger } from '../../ports/index.ts';

/** Writes down what the invoice proves of requests of unknown outcome; resolves to how many of each there were. */
export async function settleProven(
  settleable: readonly Settleable[],
  files: readonly string[],
  ledger: Pick<Ledger, 'receipts' | 'decide'>,
): Promise<{ readonly charged: number; readonly free: number; readonly elsewhere: number }> {
  const done = { charged: 0, free: 0, elsewhere: 0 };
  for (const { attemptId, verdict, evidence } of settleable) {
    if (verdict !== 'charged' && verdict !== 'not charged') continue;
    const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
    // It may be another machine's, or somebody may have settled it since it was read.
    if (receipt?.state !== 'unconfirmed') {
      done.elsewhere += 1;
      continue;
    }
    const { attempt } = receipt;
    const isCharged = verdict === 'charged';
    // For how much text, the invoice does not say: what was expected is booked.
    const who = `pixtab reconcile ${files.join(' ')}: ${evidence}`;
    await ledger.decide(attemptId, isCharged ? saidBill(attempt.images, attempt.expected) : null, who);
    done[isCharged ? 'charged' : 'free'] += 1;
  }
  return done;
}
