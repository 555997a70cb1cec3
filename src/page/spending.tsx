import type { PageSpending } from '../core/page/types.ts';
import { nano, toDecimal, usd } from '../core/pricing/money.ts';
import { printable, thousands } from '../core/text/text.ts';
import { Chart } from './chart.tsx';
import { Filters } from './filters.tsx';
import { useLoaded } from './loaded.ts';
import { Reconcile } from './reconcile.tsx';
import type { Router } from './route.ts';
import type { Source } from './source.ts';
import { Table } from './table.tsx';
import { counted, money, percentOf, type Shown } from './words.ts';

interface SpendingOfProps {
  readonly start: Shown;
  readonly source: Source;
  readonly router: Router;
}

/** Spending as the filters of the page ask for it. */
export function SpendingOf({ start, source, router }: SpendingOfProps) {
  const { filters } = router.route;
  const { value: spending, error } = useLoaded(() => source.spending(filters), JSON.stringify(filters));
  return (
    <>
      {start.source === 'server' && <Filters start={start} router={router} />}
      {error !== null && <p role="alert">{error}</p>}
      {spending && <Spending spending={spending} start={start} />}
    </>
  );
}

/** All that is said about money. */
export function Spending({ spending, start }: { readonly spending: PageSpending; readonly start: Shown }) {
  const { total, about } = spending;
  return (
    <div class="spending">
      <p>
        {printable(about)}, as of {start.clock(start.at)} {start.zone}
        {start.sandbox && <strong>, in the sandbox: nothing was spent</strong>}
      </p>
      <dl class="sums">
        <Sum name={start.sandbox ? 'spent (sandbox)' : 'spent'} value={money(total.settled)} />
        {total.unconfirmedRequests > 0 && (
          <Sum
            name={`may be charged, ${counted(total.unconfirmedRequests, 'request')}`}
            value={money(total.unconfirmed)}
          />
        )}
        <Sum name="held, at most" value={money(total.held)} />
        <Sum name="requests" value={thousands(total.requests)} />
        <Sum name="pictures" value={thousands(total.images)} />
      </dl>
      {spending.reconcile && <Reconcile reconcile={spending.reconcile} />}
      <Chart spending={spending} />
      <Budgets {...spending} />
      <Accuracy {...spending} />
      <Refusals {...spending} />
      <Batch {...spending} />
    </div>
  );
}

function Sum({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Budgets({ budgets }: PageSpending) {
  return (
    <section>
      <h2>Budgets</h2>
      {budgets.length === 0 ? (
        <p>
          There is none: nothing limits what may be spent. <code>pixtab budget set 20/day</code> sets one.
        </p>
      ) : (
        <Table
          columns={['budget', '#used', '#held', '#left', 'used up', 'met at this rate', 'resets']}
          rows={budgets.map((one) => [
            printable(one.name),
            money(one.used),
            money(one.held),
            money(one.left),
            <Meter key="meter" {...one} />,
            one.met,
            one.resets,
          ])}
        />
      )}
    </section>
  );
}

function Meter({ amount, left, name }: PageSpending['budgets'][number]) {
  const taken = toDecimal(nano(usd(amount) - usd(left)));
  const share = percentOf(taken, amount);
  return (
    <span class="meter">
      <meter
        min={0}
        max={100}
        high={80}
        low={60}
        optimum={0}
        value={Number.parseFloat(share)}
        aria-label={printable(name)}
      />
      {share}
    </span>
  );
}

function Accuracy({ accuracy }: PageSpending) {
  if (accuracy.length === 0) return null;
  return (
    <section>
      <h2>Quotes against bills</h2>
      <Table
        columns={['model', '#bills', '#quoted', '#billed', '#bias', '#inside', '#worst']}
        rows={accuracy.map(({ alias, bills, quoted, billed, inside, worst }) => [
          alias,
          thousands(bills),
          money(quoted),
          money(billed),
          percentOf(minus(billed, quoted), quoted, true),
          percentOf(String(inside), String(bills)),
          `${percentOf(minus(worst.billed, worst.quoted), worst.quoted, true)} (${worst.id.slice(0, 8)})`,
        ])}
      />
      <p class="note">
        Inside: bills from the quote's low to its high. Worst: the bill that is farthest from its quote.
      </p>
    </section>
  );
}

const minus = (from: string, amount: string): string => toDecimal(nano(usd(from) - usd(amount)));

function Refusals({ refusals }: PageSpending) {
  if (refusals.length === 0) return null;
  const cost = refusals.reduce((sum, one) => nano(sum + usd(one.cost)), usd('0'));
  const requests = refusals.reduce((sum, one) => sum + one.requests, 0);
  return (
    <section>
      <h2>Answers without a picture</h2>
      <Table
        columns={['reason', '#requests', '#cost']}
        rows={refusals.map((one) => [printable(one.reason), thousands(one.requests), money(one.cost)])}
        total={['total', thousands(requests), money(toDecimal(cost))]}
      />
    </section>
  );
}

function Batch({ batch }: PageSpending) {
  if (batch === null) return null;
  const { requests, paid, now, unknown } = batch;
  return (
    <section>
      <h2>Lane batch</h2>
      <p>
        {counted(requests, 'request')} for {money(paid)} in lane batch would have cost {money(now)} at once:{' '}
        <b>{money(minus(now, paid))} saved</b>.
        {unknown > 0 &&
          ` ${counted(unknown, 'request')} more, whose price at once is not known, are left out.`}
      </p>
    </section>
  );
}
