import { brokenBudgets } from './budgets.ts';
import type { Queries } from './queries.ts';
import { brokenJobs } from './job-rows.ts';
import { brokenAttempts } from './receipts.ts';
import { text } from './row.ts';

interface Law {
  readonly rows: string;
  readonly says: (id: string) => string;
  /** Older ledgers have no table for it. */
  readonly isLater?: true;
}

/** Each law of the ledger as a query for the rows that break it. */
const LAWS: readonly Law[] = [
  {
    rows: `SELECT bills.attempt_id AS id FROM bills LEFT JOIN bill_lines USING (attempt_id)
      GROUP BY bills.attempt_id HAVING bills.amount_nano <> coalesce(sum(bill_lines.amount_nano), 0)`,
    says: (id) => `The bill of attempt ${id} is not the sum of its lines`,
  },
  {
    rows: `SELECT attempt_id AS id FROM attempts LEFT JOIN holds USING (attempt_id)
      WHERE (state IN ('held', 'sent', 'replied')) <> (holds.attempt_id IS NOT NULL)`,
    says: (id) => `Attempt ${id} holds money in a state that has none to hold, or the other way round`,
  },
  {
    rows: `SELECT attempt_id AS id FROM attempts LEFT JOIN bills USING (attempt_id)
      WHERE (state IN ('settled', 'saved')) <> (bills.attempt_id IS NOT NULL)`,
    says: (id) => `Attempt ${id} has a bill before it is settled, or is settled without one`,
  },
  {
    // The sums of each quarter of an hour against the attempts that they were made of.
    rows: `SELECT quarter || ' ' || model AS id FROM (
        SELECT quarter_hour AS quarter, model, settled_nano + unconfirmed_nano AS nano FROM spending
        UNION ALL
        SELECT CAST(floor(held_ms / 900000.0) AS BIGINT), model,
          -CASE state WHEN 'unconfirmed' THEN expected_nano ELSE coalesce(amount_nano, 0) END
        FROM attempts LEFT JOIN bills USING (attempt_id)
      ) AS amounts GROUP BY quarter, model HAVING sum(nano) <> 0`,
    says: (id) => `The sums of spending differ from the attempts in quarter-hour ${id}`,
  },
  {
    isLater: true,
    rows: `SELECT quarter || ' ' || model AS id FROM (
        SELECT quarter_hour AS quarter, model, held_nano AS nano, requests AS n FROM held_sums
        UNION ALL
        SELECT CAST(floor(held_ms / 900000.0) AS BIGINT), model, -amount_nano, -1 FROM holds JOIN attempts USING (attempt_id)
      ) AS amounts GROUP BY quarter, model HAVING sum(nano) <> 0 OR sum(n) <> 0`,
    says: (id) => `The sums of what is held differ from the holds in quarter-hour ${id}`,
  },
];

/** Everything in the ledger that contradicts itself. The rows of an older one get their present form when it is opened. */
export async function contradictions(database: Queries, isCurrent = true): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { rows, says } of LAWS.filter(({ isLater }) => isCurrent || !isLater))
    broken.push(...(await database.all(rows)).map((row) => `${says(text(row, 'id'))}.`));
  return [
    ...(await database.damage()),
    ...broken,
    ...(await brokenBudgets(database)),
    ...(isCurrent ? [...(await brokenAttempts(database)), ...(await brokenJobs(database))] : []),
  ];
}
