import { MODELS } from '../../core/catalogue/catalogue.ts';
import { laneBilled, tokensOfPicture, type Booked } from '../../core/invoice/booked.ts';
import type { Coverage } from '../../core/invoice/coverage.ts';
import { cachedDays } from '../../core/invoice/dates.ts';
import { ledgerTally, type LedgerTally } from '../../core/invoice/ledger-tally.ts';
import type { Sku } from '../../core/invoice/skus.ts';
import { dayOf, type Calendar } from '../../core/policy/calendar.ts';
import type { OtherLedger, Receipt } from '../../ports/index.ts';
import { otherSellerOf, receiptsOf } from '../shared/receipts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A job of the batch lane ends, in one way or another, within two days. */
const LONGEST_JOB = 2 * DAY;

/** Reads what the ledgers booked around the days of an invoice, and sums it up; attempts in two of them count once. */
export async function readLedgers(
  ledgers: readonly Pick<OtherLedger, 'history'>[],
  coverage: Coverage,
  skus: readonly Sku[],
  pacific: Calendar,
): Promise<LedgerTally> {
  const models = new Map(MODELS.map((model) => [model.id, model]));
  const tally = ledgerTally(
    coverage,
    skus,
    ({ model, size }) => {
      const known = models.get(model);
      return known === undefined ? null : tokensOfPicture(known, size);
    },
    cachedDays(pacific),
  );
  const seen = ledgers.length > 1 ? new Set<string>() : null;
  for (const ledger of ledgers) {
    for await (const receipt of receiptsOf(ledger)) {
      const { attemptId } = receipt.attempt;
      if (seen?.has(attemptId)) continue;
      seen?.add(attemptId);
      const booked = bookedIn(receipt);
      if (booked !== null && models.has(booked.model)) tally.add(booked);
    }
  }
  return tally.result();
}

/** null for what was never sent, and for what somebody else than Google sold. */
function bookedIn({ attempt, state, bill, refusal, heldAt, decision }: Receipt): Booked | null {
  if (state === 'held' || state === 'released' || otherSellerOf(attempt) !== null) return null;
  const { attemptId, model, size, images } = attempt;
  const isBatch = attempt.lane === 'batch';
  // What somebody said of it later is an amount, not what was counted.
  const lines = (decision === null ? bill?.lines : undefined) ?? attempt.terms?.lines ?? bill?.lines ?? [];
  const known = MODELS.find(({ id }) => id === model);
  const lane =
    known === undefined ? attempt.lane : laneBilled(known, attempt.lane, size, dayOf(heldAt), lines);
  const settledAt = bill?.settledAt ?? Number.POSITIVE_INFINITY;
  return {
    attemptId,
    model,
    lane,
    size,
    from: heldAt,
    until: Math.min(settledAt, heldAt + (isBatch ? LONGEST_JOB : bill === null ? HOUR : DAY)),
    came: bill === null ? 'nobody knows' : refusal === null ? 'picture' : 'no picture',
    pictures: images,
    basis: bill?.basis ?? null,
    charged: bill?.charged ?? 'unknown',
    lines,
  };
}
