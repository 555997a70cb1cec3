import type { Filter } from '../../ports/index.ts';
import type { Value } from './queries.ts';

/** What a filter leaves of attempts and their runs. */
export const NARROWED = `(?1 IS NULL OR held_ms >= ?1) AND (?2 IS NULL OR held_ms < ?2)
  AND (?3 IS NULL OR model = ?3) AND (?4 IS NULL OR project = ?4) AND (?5 IS NULL OR lane = ?5)
  AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?6))
  AND (?7 IS NULL OR run_id = ?7)
  AND (?8 IS NULL OR EXISTS (SELECT 1 FROM json_each(?8) WHERE value =
    CASE WHEN state IN ('settled', 'saved') AND refusal IS NOT NULL THEN 'refused' ELSE state END))
  AND (?9 IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(?9) WHERE instr(lower(prompt), lower(value)) = 0))
  AND (?10 IS NULL OR agent = ?10)`;

/** The parameters ?1 to ?10. */
export function filterValues(filter: Filter): readonly Value[] {
  const { since, until, model, project, lane, label, run, agent, only = [], words = [] } = filter;
  const several = (all: readonly string[]): string | null => (all.length === 0 ? null : JSON.stringify(all));
  const one = [model, project, lane, label, run].map((value) => value ?? null);
  return [since, until, ...one, several(only), several(words), agent ?? null];
}
