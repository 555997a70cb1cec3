import { lanesOf, MODELS, sizesOf, statusOf } from '../../core/catalogue/catalogue.ts';
import { listPrice } from '../../core/catalogue/list-price.ts';
import type { Day, Model } from '../../core/catalogue/model.ts';
import { changesBetween } from '../../core/catalogue/price-changes.ts';
import type { CommandRow, CompletionTable, ModelRow } from '../../core/completion/table.ts';
import { addDays, dayOf } from '../../core/policy/calendar.ts';
import { format } from '../../core/pricing/money.ts';
import type { Deps } from '../../ports/index.ts';
import { describedCommands } from '../shared/help-json.ts';

/** What completion needs to know of this release, on this day. */
export async function completionTable({
  version,
  clock,
}: Pick<Deps, 'version' | 'clock'>): Promise<CompletionTable> {
  const day = dayOf(clock.now());
  const commands = (await describedCommands()).map(commandRow);
  return {
    version,
    commands,
    models: MODELS.map((model) => modelRow(model, day)),
    modelsUntil: changeAfter(day),
  };
}

type Described = Awaited<ReturnType<typeof describedCommands>>[number];

const commandRow = ({ name, summary, flags }: Described): CommandRow => ({
  name,
  about: summary,
  verbs: verbsIn(summary),
  flags: flags.map(({ name, short, about, value, choices }) => ({
    names: [name, short].filter((one) => one !== null),
    about,
    value,
    choices: (choices ?? []).map(String),
  })),
});

/** The summary of a command that has verbs ends with them: "limits: set, list, rm". */
function verbsIn(summary: string): readonly string[] {
  const [, list = ''] = /: ([a-z]+(?:, [a-z]+)+)$/.exec(summary) ?? [];
  return list === '' ? [] : list.split(', ');
}

function modelRow(model: Model, day: Day): ModelRow {
  const { id, aliases, name, resolutions } = model;
  const prices = lanesOf(model, day).map((lane) => {
    const bySize = sizesOf(model).map((size) => [size, listPrice(model, lane, size, day)] as const);
    return [
      lane,
      Object.fromEntries(bySize.flatMap(([size, found]) => (found ? [[size, format(found.price)]] : []))),
    ];
  });
  return {
    names: [...aliases.slice(0, 1), id],
    title: name,
    isLive: ['active', 'deprecated'].includes(statusOf(model, day)),
    aspects: [...new Set(Object.values(resolutions).flatMap(({ pixels }) => Object.keys(pixels)))],
    prices: Object.fromEntries(prices),
  };
}

/** Farther ahead, nobody knows. */
const YEAR = 366;

/** The first day on which anything is another. */
function changeAfter(day: Day): Day {
  for (let ahead = 1; ahead < YEAR; ahead++) {
    const later = addDays(day, ahead);
    if (changesBetween(day, later).length > 0) return later;
  }
  return addDays(day, YEAR);
}
