import type { PageReconcile, PageSide } from '../core/page/types.ts';
import { printable, thousands } from '../core/text/text.ts';
import { Table } from './table.tsx';
import { counted, money } from './words.ts';

/** The ledger beside Google's invoice. */
export function Reconcile({
  reconcile: { invoices, isAgreed, rows, notes },
}: {
  readonly reconcile: PageReconcile;
}) {
  const wrong = rows.filter(({ disagrees }) => disagrees);
  const open = rows.filter(({ isUncompared }) => isUncompared);
  const right = rows.filter(({ disagrees, isUncompared }) => !disagrees && !isUncompared);
  return (
    <section>
      <h2>Against Google's invoice</h2>
      <p>
        <b class={isAgreed ? 'good' : 'bad'}>
          {isAgreed ? agreement(open.length, rows.length) : verdict(wrong.length, rows.length)}
        </b>{' '}
        {printable(invoices.join(', '))}
      </p>
      {wrong.length > 0 && <Lines rows={wrong} caption="What does not agree" />}
      {notes.length > 0 && (
        <ul>
          {notes.map((note) => (
            <li key={note}>{printable(note)}</li>
          ))}
        </ul>
      )}
      {right.length > 0 && (
        <details>
          <summary>{counted(right.length, 'line')} in order</summary>
          <Lines rows={right} caption="What is in order" />
        </details>
      )}
      {open.length > 0 && (
        <details>
          <summary>{counted(open.length, 'line')} that could not be compared</summary>
          <Lines rows={open} caption="What could not be compared" />
        </details>
      )}
    </section>
  );
}

const agreement = (open: number, all: number): string =>
  open === 0
    ? 'Everything agrees.'
    : `Nothing disagrees; ${counted(open, 'line')} of ${thousands(all)} could not be compared.`;

/** What the invoice has and no line can be made of, an unknown SKU for instance, is in the notes. */
const verdict = (wrong: number, all: number): string =>
  wrong === 0
    ? `No line of ${thousands(all)} disagrees, and what the invoice has besides is not known.`
    : `${counted(wrong, 'line')} of ${thousands(all)} do not agree.`;

const quantity = (side: PageSide | null): string => (side === null ? '' : thousands(side.quantity));
const amount = (side: PageSide | null): string => (side === null ? '' : money(side.amount));

function Lines({ rows, caption }: { readonly rows: PageReconcile['rows']; readonly caption: string }) {
  return (
    <Table
      caption={caption}
      columns={['day', 'model', 'lane', 'meter', '#ledger', '#invoice', '#ledger $', '#invoice $', 'verdict']}
      rows={rows.map((row) => [
        row.day,
        row.alias,
        row.lane,
        row.meter,
        quantity(row.ledger),
        quantity(row.invoice),
        amount(row.ledger),
        amount(row.invoice),
        row.verdict,
      ])}
    />
  );
}
