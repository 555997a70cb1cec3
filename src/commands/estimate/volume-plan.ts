import { PLATFORMS } from '../../core/catalogue/other-services.ts';
import { aliasOf, isAuto } from '../../core/catalogue/catalogue.ts';
import { LANES, type Lane } from '../../core/catalogue/model.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { roundsSentence } from '../../core/policy/batch-queue.ts';
import type { Budget } from '../../core/policy/budget.ts';
import { affordable, type Affordable } from '../../core/pricing/affordable.ts';
import { format, toDecimal, usd } from '../../core/pricing/money.ts';
import { planFor, type LimitCheck, type Plan, type Volume } from '../../core/pricing/volume-plan.ts';
import { quote } from '../../core/pricing/quote.ts';
import { attempt, type QuotedOrder } from '../../core/order/route.ts';
import type { Column } from '../../core/text/table.ts';
import { counted, thousands } from '../../core/text/text.ts';
import type { Terminal } from '../../ports/index.ts';
import type { EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';
import { moneyIn, printTable, type Layout } from '../shared/layout.ts';

export interface Planning {
  readonly json: {
    readonly plans: readonly object[] | null;
    readonly affordable: readonly object[] | null;
    readonly platforms: readonly object[] | null;
  };
  readonly tables: readonly ((layout: Layout, terminal: Terminal) => void)[];
}

const FREE =
  'No image model has a free API tier: a free key answers 429 with "limit: 0". AI Studio in the browser is free, within limits that Google does not publish.';

/** What a steady volume comes to, and what others cost: below the estimate, or in its JSON. */
export function planning(
  { offers, parts, day }: Estimate,
  all: Estimate['offers'],
  {
    perDay,
    days = 30,
    tier,
    lane,
    model,
    budget,
    platforms,
  }: Pick<EstimateFlags, 'perDay' | 'days' | 'tier' | 'lane' | 'model' | 'budget' | 'platforms'>,
): Planning {
  const isNamed = !isAuto(model);
  const bought = budget && affordable(isNamed ? offers.slice(0, 1) : all, budget);
  if (perDay !== undefined && parts && offers.length > 1) {
    throw usageFailure('--per-day plans for one kind of picture; this file has several.');
  }
  const volume = perDay === undefined ? null : { perDay, days };
  const plans =
    volume && offers.flatMap((offer) => plansFor(offer, volume, day)).map((plan) => forTier(plan, tier));
  return {
    json: {
      plans: plans?.map(planJson) ?? null,
      affordable: bought?.map((one) => ({ ...one, each: toDecimal(one.each) })) ?? null,
      platforms: platforms ? PLATFORMS : null,
    },
    tables: [
      ...(plans && volume
        ? [(layout: Layout, terminal: Terminal) => printPlans(plans, volume, lane, layout, terminal)]
        : []),
      ...(bought && budget
        ? [(layout: Layout, terminal: Terminal) => printAffordable(bought, budget, layout, terminal)]
        : []),
      ...(platforms ? [printPlatforms] : []),
    ],
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
  lane: Lane,
  layout: Layout,
  terminal: Terminal,
): void {
  const isCsv = layout === 'csv';
  const money = moneyIn(layout);
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'lane' },
    ...(isCsv ? [{ title: 'images a day' }, { title: 'days' }] : []),
    { title: isCsv ? 'per day' : `${thousands(perDay)} a day`, right: true },
    { title: isCsv ? 'total' : counted(days, 'day'), right: true },
    { title: isCsv ? 'saves' : 'less than now', right: true, spare: 1 },
  ];
  const rows = plans.map(({ model, lane, perDay: day, total, saves }) => [
    isCsv ? model : aliasOf(model),
    lane,
    ...(isCsv ? [String(perDay), String(days)] : []),
    money(day),
    money(total),
    saves === null ? '' : money(saves),
  ]);
  printTable(layout, columns, rows, terminal);
  const shown = plans.find((plan) => plan.lane === lane) ?? plans[0];
  for (const limit of shown?.limits ?? []) terminal.note(`limit  ${limitSentence(limit, { perDay, days })}`);
  terminal.note(`note   ${FREE}`);
}

function limitSentence(limit: LimitCheck, { perDay, days }: Volume): string {
  const { tier, perTenMinutes, perMonth, picturesPerTenMinutes, monthFits, requestsPerDay, queue } = limit;
  const within = queue
    ? `${thousands(queue.atOnce)} of these images wait in its queue at a time, ${perDay > queue.atOnce ? `so those of a day are ${roundsSentence(queue.rounds)}: more come than get through` : 'which is enough for a day'}`
    : `${format(perTenMinutes)} in 10 minutes are ${thousands(picturesPerTenMinutes)} of these images`;
  const span = days < 30 ? `for ${counted(days, 'day')}` : 'for this';
  const month = `${format(perMonth)} a month ${monthFits ? 'is enough' : 'is not enough'} ${span}`;
  const requests =
    requestsPerDay === null || queue
      ? ''
      : `; ${thousands(requestsPerDay)} requests a day, as last published, ${perDay <= requestsPerDay ? 'are enough' : 'are too few'}`;
  return `tier ${tier}: ${within}; ${month}${requests}.`;
}

function printAffordable(
  bought: readonly Affordable[],
  { amount, per }: Pick<Budget, 'amount' | 'per'>,
  layout: Layout,
  terminal: Terminal,
): void {
  const isCsv = layout === 'csv';
  const money = moneyIn(layout);
  const counts = isCsv ? String : thousands;
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'lane' },
    { title: 'size', spare: 2 },
    { title: 'an image', right: true, spare: 1 },
    ...(per === 'run' ? [] : [{ title: 'images a day', right: true }]),
    ...(per === 'day' ? [] : [{ title: per === 'run' ? 'images' : 'images a month', right: true }]),
  ];
  const rows = bought.map(({ model, lane, size, each, pictures, perDay }) => [
    isCsv ? model : aliasOf(model),
    lane,
    size,
    money(each),
    ...(per === 'run' ? [] : [counts(perDay ?? 0)]),
    ...(per === 'day' ? [] : [counts(pictures)]),
  ]);
  printTable(layout, columns, rows, terminal);
  terminal.note(`note   ${format(amount)} per ${per}, at what one image is expected to cost.`);
}

function printPlatforms(layout: Layout, terminal: Terminal): void {
  if (layout === 'text') {
    terminal.text('for reference only: what others charge for an image');
    for (const { name, status, perImage, price, source, checked, note } of PLATFORMS) {
      const each =
        perImage === null ? '' : `; ${dollars(perImage.low)} to ${dollars(perImage.high)} an image`;
      terminal.text(`  ${name}: ${status}${each}`);
      terminal.text(`    ${price}${note === undefined ? '' : ` (${note})`}`);
      terminal.text(`    ${source}, ${checked}`);
    }
    return;
  }
  const columns: readonly Column[] = [
    { title: 'for reference' },
    { title: 'status' },
    { title: 'an image from', right: true },
    { title: 'to', right: true },
    { title: 'price' },
    { title: 'source' },
    { title: 'checked' },
  ];
  const amount = layout === 'csv' ? (text: string): string => text : dollars;
  const rows = PLATFORMS.map(({ name, status, perImage, price, source, checked }) => [
    name,
    status,
    ...(perImage === null ? ['', ''] : [amount(perImage.low), amount(perImage.high)]),
    price,
    source,
    checked,
  ]);
  printTable(layout, columns, rows, terminal);
}

const dollars = (decimal: string): string => format(usd(decimal));

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
      requestsPerDay: limit.requestsPerDay,
      queue: limit.queue && { atOnce: limit.queue.atOnce, rounds: limit.queue.rounds },
      source: limit.source,
      checked: limit.checked,
    })),
  };
}
