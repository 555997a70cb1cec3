import { GOOGLE } from '../../core/providers/google.ts';
import type { Filter, Ledger, OtherLedger, Receipt } from '../../ports/index.ts';

/** Receipts that are held in memory at a time. */
const PAGE = 2_000;

const EVERYTHING: Filter = { since: null, until: null };

/** What a filter leaves, newest first, a page at a time: a ledger of any length fits. */
export async function* receiptsOf(
  { history }: Pick<OtherLedger, 'history'>,
  filter: Filter = EVERYTHING,
): AsyncGenerator<Receipt> {
  for (let after: string | undefined; ;) {
    const page = await history({ ...filter, limit: PAGE, after });
    yield* page;
    after = page.at(-1)?.attempt.attemptId;
    if (page.length < PAGE || after === undefined) return;
  }
}

/** Who sold it where that was not Google, by the prices that it was quoted at; null for Google. */
export const otherSellerOf = ({ terms }: Receipt['attempt']): string | null =>
  terms?.rates?.find(({ platform }) => platform !== GOOGLE.name && !/(^|\.)google\.com$/.test(platform))
    ?.platform ?? null;

/** What the latest run is called where the id of one is asked for. */
export const LAST = 'last';

/** What the latest run bought; nothing where there is none. */
export async function lastRun({
  history,
  receipts,
}: Pick<Ledger, 'history' | 'receipts'>): Promise<readonly Receipt[]> {
  const [last] = await history({ ...EVERYTHING, limit: 1 });
  return last ? receipts({ by: 'run', value: last.run.runId }) : [];
}
