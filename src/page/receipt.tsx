import type { ComponentChildren } from 'preact';
import type { PageCost, PageRow } from '../core/page/types.ts';
import { printable, thousands } from '../core/text/text.ts';
import { counted, money, priceOf, type Shown } from './words.ts';

/** What a request asked for, and what it cost, line by line. */
export function Receipt({ row, start }: { readonly row: PageRow; readonly start: Shown }) {
  const { cost, quote, settledBy } = row;
  return (
    <section>
      <h3>Receipt{start.sandbox && ' (sandbox: nothing was spent)'}</h3>
      <dl>
        <Fact name="Outcome">
          {row.outcome}
          {row.reason !== null && `: ${printable(row.reason)}`}
        </Fact>
        {row.differences.map((sentence) => (
          <Fact key={sentence} name="Differs">
            {printable(sentence)}
          </Fact>
        ))}
        <Fact name="Model">
          {row.model}, {row.size}
          {row.aspect !== null && `, ${row.aspect}`}
          {row.thinking !== null && `, thinking ${row.thinking}`}
        </Fact>
        <Fact name="Lane">
          {row.lane}
          {row.gateway !== null && `, from ${printable(row.gateway)}`}
        </Fact>
        <Fact name="Bought">
          {start.clock(row.at)} {start.zone}
        </Fact>
        {row.project !== null && <Fact name="Project">{printable(row.project)}</Fact>}
        {row.labels.length > 0 && <Fact name="Labels">{printable(row.labels.join(', '))}</Fact>}
        {row.sends > 1 && <Fact name="Sent">{counted(row.sends, 'time')}</Fact>}
        <Fact name="Quoted">
          {money(quote.expected)}, from {money(quote.low)} to {money(quote.high)}
        </Fact>
        <Fact name="Paid">
          <b>{priceOf(row)}</b>
          {cost?.basis && ` (${cost.basis})`}
        </Fact>
        {settledBy && (
          <Fact name="Settled">
            by {printable(settledBy.who)}, {start.clock(settledBy.at)}:{' '}
            {settledBy.charged === 'yes' ? 'charged' : 'not charged'}
          </Fact>
        )}
        <Fact name="Request">{row.id}</Fact>
        <Fact name="Run">
          {row.runId} (pixtab {row.command})
        </Fact>
      </dl>
      {cost !== null && cost.lines.length > 0 && <Lines cost={cost} />}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Lines({ cost: { lines, amount } }: { readonly cost: PageCost }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">meter</th>
            <th scope="col" class="number">
              quantity
            </th>
            <th scope="col" class="number">
              rate
            </th>
            <th scope="col" class="number">
              amount
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.meter}>
              <th scope="row">{line.meter}</th>
              <td class="number">{thousands(line.quantity)}</td>
              <td class="number">
                {money(line.rate)} / {line.per === 1_000_000 ? '1M' : line.per === 1 ? line.unit : line.per}
              </td>
              <td class="number">{money(line.amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              total
            </th>
            <td class="number">{money(amount)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
