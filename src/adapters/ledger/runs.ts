import type { RunStart } from '../../ports/index.ts';
import type { Database, Row } from './database.ts';
import { text } from './row.ts';

export function insertRun(database: Database, run: RunStart): void {
  database.run(
    'INSERT INTO runs (run_id, command, project, labels, max_cost_nano, started_ms) VALUES (?, ?, ?, ?, ?, ?)',
    run.runId,
    run.command,
    run.project,
    // One spelling for one set of labels, since spending is summed up by it.
    JSON.stringify([...new Set(run.labels)].toSorted()),
    run.maxCost ?? null,
    run.at,
  );
}

export function endRun(database: Database, runId: string, outcome: string, now: number): void {
  database.run('UPDATE runs SET ended_ms = ?, outcome = ? WHERE run_id = ?', now, outcome, runId);
}

export function labelsOf(row: Row): readonly string[] {
  const labels: unknown = JSON.parse(text(row, 'labels'));
  return Array.isArray(labels) ? labels.map(String) : [];
}
