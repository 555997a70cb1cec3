import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

/** What differs from row to row: ids, and when it was. */
const ANEW: Readonly<Record<string, string>> = {
  attempt_id: "attempt_id || '-' || copy",
  held_ms: 'held_ms - copy * 60000',
  prompt: "prompt || ' ' || copy",
};

/** Repeats the oldest request of the sandbox's ledger so many times, each a minute earlier: to buy them would take minutes. */
export function repeatOldest(home: string, times: number): void {
  const database = new DatabaseSync(join(home, 'state', 'sandbox', 'ledger.db'));
  const many = `WITH RECURSIVE many (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM many WHERE copy < ${times})`;
  try {
    database.exec('BEGIN');
    const first = database.prepare('SELECT attempt_id FROM attempts ORDER BY held_ms, rowid LIMIT 1');
    const { attempt_id: oldest } = first.all()[0] as { readonly attempt_id: string };
    for (const table of ['attempts', 'bills', 'bill_lines', 'images']) {
      const info = database.prepare(`SELECT name FROM pragma_table_xinfo('${table}') WHERE hidden = 0`);
      const columns = (info.all() as readonly { readonly name: string }[]).map(({ name }) => name);
      const values = columns.map((column) =>
        table === 'attempts' || column === 'attempt_id' ? (ANEW[column] ?? column) : column,
      );
      database
        .prepare(
          `INSERT INTO ${table} (${columns.join(', ')}) ${many} SELECT ${values.join(', ')} FROM ${table}, many WHERE attempt_id = ?`,
        )
        .run(oldest);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
