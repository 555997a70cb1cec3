import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { changesBetween, type Change } from '../../core/catalogue/price-changes.ts';
import { parseDay } from '../../core/policy/calendar.ts';
import { usageFailure } from '../../core/errors.ts';
import { toDecimal, type Usd } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { moneyIn, printTable } from '../shared/layout.ts';
import { printJson, type Context } from './shared.ts';

/** The prices that changed between two days. */
export function diff(context: Context): void {
  const { rest, models, layout, terminal } = context;
  const [first, second, more] = rest;
  if (first === undefined || second === undefined || more !== undefined) {
    throw usageFailure(
      'prices diff takes two days.',
      'Say: pixtab prices diff 2026-03-15 2026-11-22',
      'pixtab prices diff 2026-03-15 2026-11-22',
    );
  }
  const from = parseDay(first, 'prices diff');
  const to = parseDay(second, 'prices diff');
  const changes = changesBetween(from, to, models);
  if (layout === 'json') {
    printJson(context, { changes: { from, to, rows: changes.map(changeJson) } });
    return;
  }
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'what', cut: 'end' },
    { title: from, right: true },
    { title: to, right: true },
  ];
  const rows = changes.map((change) => [
    layout === 'text' ? aliasOf(change.model) : change.model,
    change.kind === 'status'
      ? 'status'
      : `${change.lane}, ${change.meter}${change.size ? ` ${change.size}` : ''}`,
    ...valuesOf(change, moneyIn(layout)),
  ]);
  printTable(layout, columns, rows, terminal);
}

const valuesOf = (change: Change, money: (amount: Usd) => string): readonly string[] =>
  change.kind === 'status'
    ? [change.before, change.after]
    : [change.before, change.after].map((price) => (price === null ? '' : money(price)));

const changeJson = (change: Change) =>
  change.kind === 'status'
    ? change
    : {
        ...change,
        before: change.before === null ? null : toDecimal(change.before),
        after: change.after === null ? null : toDecimal(change.after),
      };
