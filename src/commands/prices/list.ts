import { aliasOf } from '../../core/catalogue/catalogue.ts';
import type { Rate } from '../../core/catalogue/model.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { thousands } from '../../core/text/text.ts';
import { moneyIn, printTable } from '../shared/layout.ts';
import { printJson, type Context } from './shared.ts';

/** Every rate in force. */
export function list(context: Context): void {
  const { day, models, layout, terminal } = context;
  const rates = models.flatMap((model) =>
    model.rates
      .filter(({ from, until }) => from <= day && (until === null || day < until))
      .map((rate) => ({ model, rate })),
  );
  if (layout === 'json') {
    printJson(context, {
      rates: rates.map(({ model, rate }) => ({ model: model.id, ...rateJson(rate) })),
    });
    return;
  }
  const isCsv = layout === 'csv';
  const isMixed = new Set(rates.map(({ rate }) => rate.platform)).size > 1;
  const money = moneyIn(layout);
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'lane' },
    { title: 'meter', cut: 'end' },
    ...(isCsv ? [{ title: 'size' }] : []),
    { title: 'price', right: true },
    { title: 'per', right: true, spare: 2 },
    ...(isCsv ? [{ title: 'unit' }] : []),
    { title: 'since', spare: 1 },
    ...(isMixed ? [{ title: 'of', spare: 3 }] : []),
  ];
  const rows = rates.map(({ model, rate }) => [
    layout === 'text' ? aliasOf(model.id, [model]) : model.id,
    rate.lane,
    ...(isCsv ? [rate.meter, rate.size ?? ''] : [rate.size ? `${rate.meter} ${rate.size}` : rate.meter]),
    money(rate.price),
    ...(isCsv ? [String(rate.per), rate.unit] : [perOf(rate)]),
    rate.from,
    ...(isMixed ? [rate.platform] : []),
  ]);
  printTable(layout, columns, rows, terminal);
}

const perOf = ({ per, unit }: Rate): string => (per === 1 ? unit : thousands(per));

const rateJson = ({
  meter,
  lane,
  size,
  price,
  per,
  unit,
  from,
  until,
  platform,
  source,
  checked,
  confidence,
  note,
}: Rate) => ({
  meter,
  lane,
  size: size ?? null,
  rate: toDecimal(price),
  per,
  unit,
  from,
  until,
  platform,
  source,
  checked,
  confidence,
  note: note ?? null,
});
