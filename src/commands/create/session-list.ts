import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { calendar } from '../../core/policy/calendar.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { counted, excerpt, fileSize } from '../../core/text/text.ts';
import type { Deps, SessionFacts, Terminal } from '../../ports/index.ts';
import { printTable } from '../shared/layout.ts';

// Sessions as they are listed, for people and for scripts.

/** A line for each session, the one that was last gone on with first. */
export function printSessions(
  sessions: readonly SessionFacts[],
  days: number,
  { zone }: Pick<Deps, 'zone'>,
  terminal: Terminal,
): void {
  if (sessions.length === 0) return terminal.note('There is no session: pixtab chat begins one.');
  const local = calendar(zone());
  const rows = sessions.map(({ name, turns, model, cost, bytes, usedAt, prompt, damage }) => [
    name,
    String(turns),
    model === null ? '' : aliasOf(model),
    format(cost),
    fileSize(bytes),
    local.timeOf(usedAt),
    damage === null ? excerpt(prompt ?? '', 60) : `damaged: ${damage}`,
  ]);
  printTable('text', COLUMNS, rows, terminal);
  terminal.note(`Go on with one: pixtab chat --session <name>. ${whenTheyGo(days)}`);
}

const COLUMNS = [
  { title: 'name' },
  { title: 'turns', right: true },
  { title: 'model', cut: 'middle', spare: 1 },
  { title: 'price', right: true },
  { title: 'size', right: true },
  { title: 'last' },
  { title: 'last prompt', cut: 'end' },
] as const;

/** Said wherever sessions are listed, so that nobody is surprised. */
const whenTheyGo = (days: number): string =>
  `One that nobody goes on with goes after ${counted(days, 'day')} (PIXTAB_SESSION_DAYS).`;

export function sessionJson({ cost, usedAt, ...facts }: SessionFacts) {
  return { ...facts, cost: toDecimal(cost), usedAt: new Date(usedAt).toISOString() };
}
