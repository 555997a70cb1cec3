/** What the columns of an invoice are called: in the console's reports and cost tables, in BigQuery, and in FOCUS. */
const NAMES = {
  day: ['date', 'day', 'usage date', 'usage start date'],
  lastDay: ['usage end date'],
  month: ['month'],
  startTime: ['usage start time', 'chargeperiodstart'],
  service: ['service description', 'service', 'servicename', 'x servicedescription'],
  serviceId: ['service id', 'x serviceid'],
  sku: ['sku description', 'sku', 'x skudescription', 'chargedescription', 'skumeter'],
  skuId: ['sku id', 'skuid'],
  quantity: ['usage amount', 'consumedquantity'],
  unit: ['usage unit', 'consumedunit'],
  list: ['list cost', 'cost at list', 'listcost'],
  exact: ['unrounded subtotal', 'unrounded cost'],
  cost: ['cost', 'subtotal', 'billedcost'],
  currency: ['currency', 'billingcurrency'],
  conversion: ['currency conversion rate'],
  savings: ['negotiated savings', 'savings programs', 'other savings', 'discounts', 'promotions and others'],
  credits: ['credits'],
  projectId: ['project id', 'subaccountid'],
  project: ['project name', 'project', 'subaccountname'],
  labels: ['labels', 'tags'],
  kind: ['cost type', 'chargecategory'],
  exported: ['export time'],
  resource: ['resource name', 'resource global name'],
  provider: ['providername'],
} as const;

export type ColumnName = keyof typeof NAMES;

/** Where the columns of a table are; several where an invoice has one for each kind of saving. */
export interface Columns {
  readonly at: Readonly<Partial<Record<ColumnName, readonly number[]>>>;
  /** From the head of a column of money: "Subtotal (€)". */
  readonly currency: string | null;
}

/** "usage_start_time", "usage.start_time" and "Usage Start Time" are one; what is in brackets is a currency. */
const plain = (title: string): string =>
  title
    .replace(/\([^)]*\)/, '')
    .replace(/[\s._]+/g, ' ')
    .trim()
    .toLowerCase();

const COLUMN_NAMES = Object.keys(NAMES).filter((name): name is ColumnName => name in NAMES);

const KNOWN: ReadonlyMap<string, { readonly name: ColumnName; readonly rank: number }> = new Map(
  COLUMN_NAMES.flatMap((name) => NAMES[name].map((title, rank) => [title, { name, rank }] as const)),
);

/** The columns under these titles; of two for the same thing, the one that is listed first above. */
export function columnsIn(titles: readonly string[]): Columns {
  const found = titles.flatMap((title, index) => {
    const known = KNOWN.get(plain(title));
    return known === undefined ? [] : [{ ...known, index }];
  });
  const at: Partial<Record<ColumnName, number[]>> = {};
  for (const { name, index } of found.toSorted((a, b) => a.rank - b.rank)) (at[name] ??= []).push(index);
  const money = titles.map((title) => /\((\p{Sc}|[A-Z]{1,3}\p{Sc}|[A-Z]{3})\)/u.exec(title)?.[1]);
  return { at, currency: money.find((sign) => sign !== undefined) ?? null };
}

/** Whether a row holds titles: rows before it say what the report is about. */
export function isHeader(cells: readonly string[]): boolean {
  const { at } = columnsIn(cells);
  return Object.keys(at).length >= 3 && (at.service ?? at.sku ?? at.skuId) !== undefined;
}

/** The titles that a JSON object may leave out because they are empty there. */
export const OPTIONAL_TITLES: readonly string[] = [
  'currency_conversion_rate',
  'cost_at_list',
  'credits',
  'project.id',
  'labels',
  'cost_type',
  'export_time',
  'sku.id',
  'service.id',
];

/** Other sellers by a title that only they have. */
const FOREIGN: readonly (readonly [seller: string, title: RegExp])[] = [
  ['AWS', /^(line[_ ]item[/_ ]|lineitem)/i],
  ['Azure', /^(meter ?(id|name|category)|costinbillingcurrency|subscription ?id)$/i],
  ['OpenAI', /^(n_context_tokens_total|snapshot_id|organization_id|num_model_requests)$/i],
];

/** The seller whose invoice has such titles; null where none is known. */
export const foreignSeller = (titles: readonly string[]): string | null =>
  FOREIGN.find(([, title]) => titles.some((name) => title.test(name.trim())))?.[0] ?? null;
