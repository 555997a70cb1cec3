import type { Settleable } from '../../core/invoice/compare-pictures.ts';
import { saidBill } from '../../core/pricing/said-bill.ts';
import { counted } from '../../core/text/text.ts';
import type { Books } from '../../ports/index.ts';

/** How many requests of unknown outcome the invoice decides, and how many of those it may not. */
interface Settled {
  readonly charged: number;
  readonly free: number;
  readonly elsewhere: number;
  /** Their answers wait in the journal. */
  readonly answered: number;
}

/** Writes down what the invoice proves of requests of unknown outcome. */
export async function settleProven(
  settleable: readonly Settleable[],
  files: readonly string[],
  { ledger, journal }: Books,
): Promise<Settled> {
  const done = { charged: 0, free: 0, elsewhere: 0, answered: 0 };
  const kept = new Set(await journal.ids());
  for (const { attemptId, verdict, evidence } of settleable) {
    if (verdict !== 'charged' && verdict !== 'not charged') continue;
    const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
    // It may be another machine's, or somebody may have settled it since it was read.
    if (receipt?.state !== 'unconfirmed') {
      done.elsewhere += 1;
      continue;
    }
    // An answer says what it cost, and holds pictures.
    if (kept.has(attemptId)) {
      done.answered += 1;
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

export function settledSentences({ charged, free, elsewhere, answered }: Settled): readonly string[] {
  return [
    `settled ${counted(charged, 'request')} as charged, ${free} as not charged.`,
    ...(elsewhere > 0 ? [`${counted(elsewhere, 'request')} of another ledger: settle it where it is.`] : []),
    ...(answered > 0
      ? [
          `${counted(answered, 'request')} with an answer here, which says what it cost: pixtab recover reads it.`,
        ]
      : []),
  ];
}
