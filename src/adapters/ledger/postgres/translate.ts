/**
 * A statement as PostgreSQL has it. All of them are written in words that it shares with SQLite, but for these:
 * numbered parameters, the elements of a JSON list, where a text begins in another, and the CROSS JOIN ... USING by which
 * SQLite is told in which order to go through tables.
 */
export function translate(sql: string): string {
  let last = 0;
  return sql
    .replaceAll(/\?(\d*)/g, (_, number: string) => {
      last = number === '' ? last + 1 : Number(number);
      return `$${last}`;
    })
    .replaceAll('CROSS JOIN', 'JOIN')
    .replaceAll('instr(', 'strpos(')
    .replaceAll(/json_each\((\$?\w+)\)/g, 'json_array_elements_text(($1)::json) AS value');
}
