import type { Call } from '../http/call.ts';
import { invalid } from '../http/problem.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Route } from '../http/route.ts';
import {
  AS_METERED,
  billedRows,
  exportLines,
  reportCsv,
  type BilledRow,
  type InvoiceWishes,
} from './invoice.ts';
import type { Account } from './meter.ts';

/** What the invoice is made of. */
interface Counter {
  account(): Account;
  now(): number;
}

/** The invoice for what the meter counted, as a report of the console and as an export of BigQuery. */
export function invoiceRoutes(counter: Counter): readonly Route[] {
  const route = (
    path: RegExp,
    type: string,
    write: (rows: readonly BilledRow[], wishes: InvoiceWishes) => string,
  ): Route => ({
    method: 'GET',
    path,
    handler(call): HttpResponse {
      const account = counter.account();
      if (account.dropped > 0) throw invalid('The meter has forgotten requests: reset it after 10,000.');
      const wishes = wishesIn(call);
      const body = write(billedRows(account, wishes, counter.now()), wishes);
      return { status: 200, headers: { 'content-type': type }, body: [body] };
    },
  });
  return [
    route(/^\/sandbox\/invoice\.csv$/, 'text/csv; charset=utf-8', reportCsv),
    route(/^\/sandbox\/invoice\.jsonl$/, 'application/x-ndjson', (rows) => exportLines(rows, counter.now())),
  ];
}

/** `?from=2026-11-01&to=2026-11-30&lag=24&strangers=2&drafts=free` */
function wishesIn({ query }: Call): InvoiceWishes {
  const known = [
    'from',
    'to',
    'lag',
    'strangers',
    'lost',
    'corrections',
    'rounding',
    'drafts',
    'remainder',
    'refusals',
    'price',
    'seed',
  ];
  const odd = [...query.keys()].find((name) => !known.includes(name));
  if (odd !== undefined) throw invalid(`An invoice takes ${known.join(', ')}, not "${odd}".`);
  const day = (name: string): string | null => {
    const text = query.get(name);
    if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
    throw invalid(`${name} is a day such as 2026-11-01.`);
  };
  const count = (name: string, otherwise: number, most: number): number => {
    const text = query.get(name) ?? String(otherwise);
    if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
    throw invalid(`${name} is a whole number up to ${most}.`);
  };
  const word = <W extends string>(name: string, words: readonly [W, ...W[]]): W => {
    const text = query.get(name) ?? words[0];
    const found = words.find((each) => each === text);
    if (found !== undefined) return found;
    throw invalid(`${name} is one of ${words.join(', ')}.`);
  };
  return {
    ...AS_METERED,
    from: day('from'),
    to: day('to'),
    lagHours: count('lag', 0, 1000),
    strangers: count('strangers', 0, 1000),
    lost: count('lost', 0, 1000),
    corrections: count('corrections', 0, 1000),
    rounding: count('rounding', 6, 9),
    drafts: word('drafts', ['charged', 'free']),
    remainder: word('remainder', ['text', 'image', 'free']),
    refusals: word('refusals', ['charged', 'free']),
    pricePercent: count('price', 100, 1000),
    seed: count('seed', 1, 999_999),
  };
}
