import {
  aliasOf,
  catalogueAge,
  findModel,
  lanesOf,
  sizesOf,
  statusOf,
} from '../../core/catalogue/catalogue.ts';
import { listPrice } from '../../core/catalogue/list-price.ts';
import { ending } from '../../core/catalogue/life.ts';
import type { Day, Lane, Model, PlatformLife } from '../../core/catalogue/model.ts';
import { SIZES } from '../../core/catalogue/model.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import type { Column } from '../../core/text/table.ts';
import { counted } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON } from '../shared/flags.ts';
import { dayFor, modelsFor, SHOWN } from '../shared/price-flags.ts';
import { layoutOf, moneyIn, printTable, type Layout } from '../shared/layout.ts';
import { documentOf } from '../shared/envelope.ts';

const FLAGS = [...SHOWN, ...COMMON] as const;

export const models = defineCommand({
  flags: FLAGS,
  configure(command) {
    command.argument('[name]', 'one model in detail: an id or an alias').addHelpText('after', EXAMPLES);
  },
  run,
  failed: (failure) => documentOf(SCHEMA, { sandbox: false, failure }, { models: [] }),
});

const SCHEMA = 'pixtab.models/1';

const EXAMPLES = `
Examples:
  pixtab models
  pixtab models nano-banana-pro                  sizes, lanes, prices, how long it lives`;

async function run(
  [name]: readonly string[],
  flags: FlagsOf<typeof FLAGS>,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const layout = layoutOf(flags);
  const day = dayFor(flags, deps);
  const known = await modelsFor(flags, deps);
  const chosen = name === undefined ? known : [findModel(name, known)];
  const [only] = chosen;
  if (layout === 'json') {
    const body = { models: chosen.map((model) => modelJson(model, day)) };
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false }, body), null, 2));
  } else if (name !== undefined && only && layout === 'text') {
    for (const line of detail(only, day)) terminal.text(line);
  } else {
    printModels(chosen, day, layout, terminal);
  }
  const { checked, days, stale } = catalogueAge(day);
  if (stale) {
    terminal.note(
      `note   The prices were last checked on ${checked}, ${counted(days, 'day')} before; a newer pixtab may know better.`,
    );
  }
  return 0;
}

/** Sizes that a narrow terminal does without. */
const SPARE: Partial<Record<(typeof SIZES)[number], { readonly spare: number }>> = {
  '512': { spare: 1 },
  '4K': { spare: 4 },
};

function printModels(models: readonly Model[], day: Day, layout: Layout, terminal: Terminal): void {
  const columns: readonly Column[] = [
    { title: 'model', cut: 'middle' },
    { title: 'status', spare: 3 },
    ...SIZES.map((size) => ({ title: size, right: true, ...SPARE[size] })),
    { title: '1K batch', right: true, spare: 2 },
  ];
  const money = moneyIn(layout);
  /** Whose prices are not known. */
  const guesses = new Set<string>();
  const price = (model: Model, lane: Lane, size: (typeof SIZES)[number]): string => {
    const found = listPrice(model, lane, size, day);
    if (!found) return '';
    if (!found.cited.isGuess) return money(found.price);
    guesses.add(model.seller ?? '');
    return layout === 'csv' ? money(found.price) : `${money(found.price)}*`;
  };
  const rows = models.map((model) => [
    // An alias fits a table better than the id.
    layout === 'text' ? aliasOf(model.id, [model]) : model.id,
    statusOf(model, day),
    ...SIZES.map((size) => price(model, 'now', size)),
    price(model, 'batch', '1K'),
    ...(layout === 'text' ? [] : [model.life.shutdown ?? '']),
  ]);
  printTable(layout, columns, rows, terminal);
  const sold = models.filter((model) => statusOf(model, day) !== 'retired');
  for (const end of sold.flatMap((model) => ending(model, day) ?? [])) terminal.note(`note   ${end}`);
  for (const seller of guesses)
    terminal.note(`* Google's list price: what ${seller} charges is not known here.`);
  terminal.note(
    'A picture alone, before prompt and thinking. pixtab models <name> shows the rest, pixtab estimate the sum.',
  );
}

function detail(model: Model, day: Day): readonly string[] {
  const { life, inputs, thinkingLevels, thinkingDefault } = model;
  const sizes = sizesOf(model);
  const pixels = sizes.map((size) => {
    const square = model.resolutions[size]?.pixels['1:1'];
    return square ? `${size} ${square.width}x${square.height}` : size;
  });
  const thinking = 'always' in model.thinkingTokens ? 'always' : thinkingLevels.join(', ') || 'none';
  const facts: readonly (readonly [string, string])[] = [
    ['id', model.id],
    ['name', model.name],
    ['aliases', model.aliases.join(', ')],
    ['status', statusOf(model, day)],
    ['released', life.released],
    ['deprecated', life.deprecated ?? ''],
    ['shut down', life.shutdown ?? ''],
    ['elsewhere', (life.elsewhere ?? []).map(endElsewhere).join('; ')],
    ['successor', model.successor ?? ''],
    ['sizes', pixels.join(', ')],
    ['aspects', aspectsOf(model).join(' ')],
    ['lanes', lanesOf(model, day).join(', ')],
    ['can', model.abilities.join(', ')],
    ['input', `${counted(inputs.maxImages, 'image')}, ${counted(inputs.maxPromptTokens, 'token')}`],
    [
      'thinking',
      thinkingDefault === null ? thinking : `${thinking}; ${thinkingDefault} unless asked otherwise`,
    ],
    ['output', model.output],
    ['note', life.note ?? ''],
  ];
  const prices = lanesOf(model, day).map((lane) => {
    const each = sizes.flatMap((size) => {
      const found = listPrice(model, lane, size, day);
      return found ? `${size} ${format(found.price)}` : [];
    });
    const { cited } = listPrice(model, lane, sizes[0] ?? '1K', day) ?? {};
    const whose = model.seller === undefined || !cited ? '' : ` (of ${cited.platform})`;
    return ['price', `${lane}: ${each.join(', ')}${whose}`] as const;
  });
  const claims = life.claims.map(
    ({ says, checked, source }) => ['said', `${says} (${source}, ${checked})`] as const,
  );
  const from = [
    ['source', `${sourceOf(model, day).source}, checked ${sourceOf(model, day).checked}`] as const,
  ];
  return [...facts, ...prices, ...claims, ...from]
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key.padEnd(10)}  ${value}`);
}

/** "Agent Platform: 2027-05-28 or later (https://…, 2026-10-13)" */
const endElsewhere = ({ platform, shutdown, isEarliest, source, checked }: PlatformLife): string =>
  `${platform}: ends ${shutdown}${isEarliest ? ' or later' : ''} (${source}, ${checked})`;

const aspectsOf = ({ resolutions }: Model): readonly string[] => [
  ...new Set(Object.values(resolutions).flatMap(({ pixels }) => Object.keys(pixels))),
];

/** The source of the price of a picture, or of the model's dates where it has no price. */
function sourceOf(model: Model, day: Day): { readonly source: string; readonly checked: Day } {
  const [lane = 'now'] = lanesOf(model, day);
  const [size = '1K'] = sizesOf(model);
  return listPrice(model, lane, size, day)?.cited ?? model.life;
}

export function modelJson(model: Model, day: Day) {
  const { source, checked } = sourceOf(model, day);
  return {
    id: model.id,
    name: model.name,
    aliases: model.aliases,
    family: model.family,
    status: statusOf(model, day),
    retiredOn: model.life.shutdown,
    elsewhere: (model.life.elsewhere ?? []).map(({ platform, shutdown, isEarliest, ...cited }) => ({
      platform,
      retiredOn: shutdown,
      orLater: isEarliest,
      source: cited.source,
      checked: cited.checked,
    })),
    successor: model.successor,
    sizes: sizesOf(model),
    aspects: aspectsOf(model),
    lanes: lanesOf(model, day),
    abilities: model.abilities,
    prices: lanesOf(model, day).flatMap((lane) =>
      sizesOf(model).flatMap((size) => {
        const found = listPrice(model, lane, size, day);
        return found ? { lane, size, perImage: toDecimal(found.price), platform: found.cited.platform } : [];
      }),
    ),
    source,
    checked,
  };
}
