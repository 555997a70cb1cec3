import { PLATFORMS } from '../../core/catalogue/other-services.ts';
import { LANES } from '../../core/catalogue/model.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { planFor, type LimitCheck, type Plan, type Volume } from '../../core/pricing/volume-plan.ts';
import { quote } from '../../core/pricing/quote.ts';
import { attempt, type QuotedOrder } from '../../core/order/route.ts';
import type { Column } from '../../core/text/table.ts';
import { counted } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import type { EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';
import { moneyIn, printTable, type Layout } from '../shared/layout.ts';

export interface Planning {
  readonly json: { readonly plans: readonly object[] | null; readonly platforms: readonly object[] | null };
  print(layout: Layout, terminal: Terminal): void;
}

const FREE =
  'No image model has a free API tier: a free key answers 429 with "limit: 0". AI Studio in the browser is free, within limits that Google does not publish.';

/** What a steady volume comes to, and what others cost: below the estimate, or in its JSON. */
export function planning(
  { offers, parts, day }: Estimate,
  { perDay, days = 30, tier, platforms }: Pick<EstimateFlags, 'perDay' | 'days' | 'tier' | 'platforms'>,
): Planning {
  if (perDay !== undefined && parts && offers.length > 1) {
    throw usageFailure('--per-day plans for one kind of picture; this file has several.');
  }
  const volume = perDay === undefined ? null : { perDay, days };
  const plans =
    volume && offers.flatMap((offer) => plansFor(offer, volume, day)).map((plan) => forTier(plan, tier));
  return {
    json: {
      plans: plans?.map(planJson) ?? null,
      platforms: platforms ? PLATFORMS : null,
    },
    print(layout: Layout, terminal: Terminal): void {
      if (plans && volume) printPlans(plans, volume, layout, terminal);
      if (platforms) printPlatforms(layout, terminal);
    },
  };
}

const forTier = (plan: Plan, tier: number | undefined): Plan =>
  tier === undefined ? plan : { ...plan, limits: plan.limits.filter((limit) => limit.tier === tier) };

/** The model in every lane that it is sold in. */
function plansFor({ order }: QuotedOrder, volume: Volume, day: string): readonly Plan[] {
  const quotes = LANES.flatMap((lane) => {
    const one = attempt(() => quote({ ...order, lane, count: 1 }, day));
    return one instanceof Failure ? [] : [one];
  });
  const standard = quotes.find(({ lane }) => lane === 'now') ?? null;
  return quotes.map((one) => planFor(one, standard, volume));
}

function printPlans(
  plans: readonly Plan[],
  { perDay, days }: Volume,
  layout: Layout,
  terminal: Terminal,
): void {
  const isCsv = layout === 'csv';
  const money = moneyIn(layout);
  const columns: readonly Column[] = [
    { title: 'model' },
    { title: 'lane' },
    ...(isCsv ? [{ title: 'images a day' }, { title: 'days' }] : []),
    { title: isCsv ? 'per day' : `${perDay} a day`, right: true },
    { title: isCsv ? 'total' : counted(days, 'day'), right: true },
    { title: 'saves', right: true },
  ];
  const rows = plans.map(({ model, lane, perDay: day, total, saves }) => [
    model,
    lane,
    ...(isCsv ? [String(perDay), String(days)] : []),
    money(day),
    money(total),
    saves === null ? '' : money(saves),
  ]);
  if (!isCsv) terminal.out('');
  printTable(layout, columns, rows, terminal);
  const [first] = plans;
  for (const limit of first?.limits ?? []) terminal.note(`limit  ${limitSentence(limit)}`);
  terminal.note(`note   ${FREE}`);
}

function limitSentence({
  tier,
  perTenMinutes,
  perMonth,
  picturesPerTenMinutes,
  monthFits,
}: LimitCheck): string {
  const month = monthFits ? 'is enough' : 'is not enough for this';
  return `tier ${tier}: ${format(perTenMinutes)} in 10 minutes are ${picturesPerTenMinutes} of these images; ${format(perMonth)} a month ${month}.`;
}

function printPlatforms(layout: Layout, terminal: Terminal): void {
  if (layout !== 'csv') terminal.out('');
  if (layout === 'text') {
    terminal.out('for reference only: what others charge for an image');
    for (const { name, status, price, source, checked, note } of PLATFORMS) {
      terminal.out(`  ${name}: ${status}`);
      terminal.out(`    ${price}${note === undefined ? '' : ` (${note})`}`);
      terminal.out(`    ${source}, ${checked}`);
    }
    return;
  }
  const titles = ['for reference', 'status', 'price of an image', 'source', 'checked'];
  const rows = PLATFORMS.map(({ name, status, price, source, checked }) => [
    name,
    status,
    price,
    source,
    checked,
  ]);
  printTable(
    layout,
    titles.map((title) => ({ title })),
    rows,
    terminal,
  );
}

function planJson({ model, lane, perDay, total, saves, limits }: Plan) {
  return {
    model,
    lane,
    perDay: toDecimal(perDay),
    total: toDecimal(total),
    saves: saves === null ? null : toDecimal(saves),
    limits: limits.map((limit) => ({
      tier: limit.tier,
      perTenMinutes: toDecimal(limit.perTenMinutes),
      picturesPerTenMinutes: limit.picturesPerTenMinutes,
      perMonth: toDecimal(limit.perMonth),
      monthFits: limit.monthFits,
      source: limit.source,
      checked: limit.checked,
    })),
  };
}
