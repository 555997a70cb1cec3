import { sum, usd, ZERO, type Usd } from '../../core/pricing/money.ts';
import type { SessionFacts } from '../../ports/index.ts';
import type { Queries, Row } from '../ledger/queries.ts';
import { count, countOrNull, text, textOrNull } from '../ledger/row.ts';

/**
 * Each turn of each session, from its last one back; the row of a turn that is missing has no id. Of what was asked and
 * answered only the head is read, because behind it are pictures.
 */
const TURNS = `WITH RECURSIVE chain (name, used_ms, id, back) AS (
    SELECT s.name, s.used_ms, t.id, 0 FROM sessions s LEFT JOIN turns t ON t.id = s.head
    UNION ALL
    SELECT c.name, c.used_ms, t.id, c.back + 1
      FROM chain c JOIN turns p ON p.id = c.id LEFT JOIN turns t ON t.id = p.after WHERE p.after IS NOT NULL
  )
  SELECT chain.name, chain.used_ms, chain.id, length(t.asked) + length(t.outcome) AS bytes,
    substr(t.asked, 1, 4000) AS asked, substr(t.outcome, 1, 200) AS outcome
  FROM chain LEFT JOIN turns t ON t.id = chain.id ORDER BY chain.used_ms DESC, chain.name, chain.back`;

// The order in which they are written.
const ASKED = /^\{"model":"([^"\\]+)","at":\d+,"prompt":"((?:[^"\\]|\\.)*)/;
const OUTCOME = /^\{"cost":"(-?\d{1,15}(?:\.\d{1,9})?)","answer":\[/;

interface Head {
  readonly model: string;
  readonly prompt: string;
  readonly cost: Usd;
}

/** Reads none of the pictures that turns carry. */
export async function factsOfSessions(database: Queries): Promise<readonly SessionFacts[]> {
  const sessions = new Map<string, Row[]>();
  for (const row of await database.all(TURNS)) {
    const name = text(row, 'name');
    sessions.set(name, [...(sessions.get(name) ?? []), row]);
  }
  return Array.from(sessions.values(), factsOf);
}

function factsOf(turns: readonly Row[]): SessionFacts {
  const [last = {}] = turns;
  const heads = turns.map(headOf);
  const damaged = heads.indexOf(null);
  return {
    name: text(last, 'name'),
    turns: turns.filter(isThere).length,
    model: heads[0]?.model ?? null,
    prompt: heads[0]?.prompt ?? null,
    cost: sum(heads.map((head) => head?.cost ?? ZERO)),
    bytes: turns.reduce((total, row) => total + (countOrNull(row, 'bytes') ?? 0), 0),
    usedAt: count(last, 'used_ms'),
    damage: damaged < 0 ? null : damageOf(turns[damaged] ?? {}, turns.length - damaged),
  };
}

const isThere = (row: Row): boolean => textOrNull(row, 'id') !== null;

const damageOf = (row: Row, turn: number): string =>
  isThere(row) ? `turn ${turn} cannot be read` : 'a turn before the others is missing';

/** null of a turn that cannot be read. */
function headOf(row: Row): Head | null {
  const [, model, prompt] = ASKED.exec(textOrNull(row, 'asked') ?? '') ?? [];
  const [, cost] = OUTCOME.exec(textOrNull(row, 'outcome') ?? '') ?? [];
  if (model === undefined || prompt === undefined || cost === undefined) return null;
  return { model, prompt: unescaped(prompt), cost: usd(cost) };
}

/** What was cut off may end in the middle of an escape, which is left out. */
function unescaped(text: string): string {
  const whole = text.replace(/\\u[\da-f]{0,3}$/i, '');
  try {
    return String(JSON.parse(`"${whole}"`));
  } catch {
    return whole;
  }
}
