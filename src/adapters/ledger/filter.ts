import type { Filter } from '../../ports/index.ts';
import type { Value } from './database.ts';

/** What a filter leaves of attempts and their runs. */
export const NARROWED = `(?1 IS NULL OR held_ms >= ?1) AND (?2 IS NULL OR held_ms < ?2)
  AND (?3 IS NULL OR model = ?3) AND (?4 IS NULL OR project = ?4) AND (?5 IS NULL OR lane = ?5)
  AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?6))
  AND (?7 IS NULL OR run_id = ?7)
  AND (?8 IS NULL OR EXISTS (SELECT 1 FROM json_each(?8) WHERE value =
    CASE WHEN state IN ('settled', 'saved') AND refusal IS NOT NULL THEN 'refused' ELSE state END))`;

/** The parameters ?1 to ?8. */
export function filterValues(filter: Filter): readonly Value[] {
  const { since, until, model, project, lane, label, run, only = [] } = filter;
  const words = only.length === 0 ? null : JSON.stringify(only);
  return [since, until, model ?? null, project ?? null, lane ?? null, label ?? null, run ?? null, words];
}
