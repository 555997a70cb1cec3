import type { Filter } from '../../ports/index.ts';
import type { Value } from './queries.ts';

/** What a filter leaves of attempts and their runs. */
export const NARROWED = `(held_ms >= ?1 OR ?1 IS NULL) AND (held_ms < ?2 OR ?2 IS NULL)
  AND (model = ?3 OR ?3 IS NULL) AND (project = ?4 OR ?4 IS NULL) AND (lane = ?5 OR ?5 IS NULL)
  AND (EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?6) OR ?6 IS NULL)
  AND (run_id = ?7 OR ?7 IS NULL)
  AND (EXISTS (SELECT 1 FROM json_each(?8) WHERE value =
    CASE WHEN state IN ('settled', 'saved') AND refusal IS NOT NULL THEN 'refused' ELSE state END) OR ?8 IS NULL)
  AND NOT EXISTS (SELECT 1 FROM json_each(?9) WHERE instr(lower(prompt), lower(value)) = 0)
  AND (agent = ?10 OR ?10 IS NULL)`;

/** The parameters ?1 to ?10. */
export function filterValues(filter: Filter): readonly Value[] {
  const { since, until, model, project, lane, label, run, agent, only = [], words = [] } = filter;
  const several = (all: readonly string[]): string | null => (all.length === 0 ? null : JSON.stringify(all));
  const one = [model, project, lane, label, run].map((value) => value ?? null);
  return [since, until, ...one, several(only), several(words), agent ?? null];
}
