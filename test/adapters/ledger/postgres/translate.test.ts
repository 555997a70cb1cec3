import { expect, it } from 'vitest';
import { translate } from '../../../../src/adapters/ledger/postgres/translate.ts';

it.each([
  ['SELECT ? , ?, ?2, ?', 'SELECT $1 , $2, $2, $3'],
  ['a >= ? AND b < ? AND (?3 = c)', 'a >= $1 AND b < $2 AND ($3 = c)'],
  ['FROM holds CROSS JOIN attempts USING (attempt_id)', 'FROM holds JOIN attempts USING (attempt_id)'],
  [
    'IN (SELECT value FROM json_each(?))',
    'IN (SELECT value FROM json_array_elements_text(($1)::json) AS value)',
  ],
  ['FROM runs, json_each(labels)', 'FROM runs, json_array_elements_text((labels)::json) AS value'],
  ['instr(lower(prompt), ?) = 0', 'strpos(lower(prompt), $1) = 0'],
])('%s is %s', (sqlite, postgres) => {
  expect(translate(sqlite)).toBe(postgres);
});
