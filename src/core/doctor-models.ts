import { findModel, isAuto, isStale, MODELS, nameOf, ratesAt, statusOf } from './catalogue/catalogue.ts';
import { ending } from './catalogue/life.ts';
import type { Day, Model } from './catalogue/model.ts';
import { broken, fine, remark, type Check } from './doctor.ts';
import { Failure } from './errors.ts';
import { attempt } from './order/route.ts';
import { ORDER_GROUNDS, rulesIn } from './order/rules.ts';
import { daysBetween } from './policy/calendar.ts';
import { counted } from './text/text.ts';

// What doctor finds about models: how old their prices are, which of them end, and what the API lists.

const SOON_DAYS = 60;

/** How old the prices are, and what will soon be gone. */
export function catalogueChecks(day: Day, models: readonly Model[] = MODELS): readonly Check[] {
  const sold = models.filter((model) => statusOf(model, day) === 'active');
  const checked = sold.flatMap((model) => ratesAt(model, 'now', day)).map((rate) => rate.checked);
  const oldest = checked.toSorted()[0] ?? day;
  const age = `The prices of ${counted(sold.length, 'active model')} were checked on ${oldest} or later.`;
  return [
    isStale(oldest, day)
      ? remark('catalogue', 'warn', age, 'Update pixtab, or compare with pixtab prices check.')
      : fine('catalogue', age),
    ...models.flatMap((model) => endingCheck(model, day) ?? []),
  ];
}

function endingCheck({ name, life, successor }: Model, day: Day): Check | null {
  if (life.shutdown === null || life.shutdown <= day) return null;
  const days = daysBetween(day, life.shutdown);
  if (days > SOON_DAYS) return null;
  return remark(
    'shutdown',
    'warn',
    `Google shuts ${name} down on ${life.shutdown}, in ${counted(days, 'day')}.`,
    successor === null ? null : `${nameOf(successor)} replaces it: -m ${successor}`,
  );
}

/** The models that settings name: how they end, and which there are none of. `origins` says where each setting stands. */
export function namedModelChecks(
  { model, fallback = '', route = '' }: Readonly<Record<string, string>>,
  origins: Readonly<Record<string, string>>,
  day: Day,
): readonly Check[] {
  const rules = attempt(() => rulesIn(route, ORDER_GROUNDS));
  if (rules instanceof Failure) return [broken('settings', rules)];
  const named = [
    { setting: 'model', names: model === undefined ? [] : [model] },
    { setting: 'fallback', names: fallback.split(',') },
    { setting: 'route', names: rules.map((rule) => rule.model) },
  ];
  return named.flatMap(({ setting, names }) =>
    names.flatMap((name) => {
      const about = name.trim() === '' || isAuto(name) ? null : aboutModel(name, day);
      const where = origins[setting] ?? 'settings';
      return about === null ? [] : [remark('settings', 'warn', `${setting} (${where}): ${about}`)];
    }),
  );
}

function aboutModel(name: string, day: Day): string | null {
  const found = attempt(() => findModel(name));
  return found instanceof Failure ? [found.message, found.hint].join(' ') : ending(found, day);
}

export interface ListedModel {
  readonly id: string;
  /** "generateContent", "predict" and the like. */
  readonly methods: readonly string[];
}

/** What the API says it has for this key. */
export interface Listing {
  readonly models: readonly ListedModel[];
  /** Of the answer, to the second; null when it does not say. */
  readonly serverTime: number | null;
}

/** The catalogue against what the API lists. */
export function listingChecks(
  { models: listed }: Listing,
  day: Day,
  known: readonly Model[] = MODELS,
): readonly Check[] {
  const ids = new Set(listed.map(({ id }) => id));
  const sold = known.filter((model) => ['active', 'deprecated'].includes(statusOf(model, day)));
  const gone = sold.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  const names = new Set(known.flatMap(({ id, aliases }) => [id, ...aliases]));
  const fresh = listed.filter((model) => makesImages(model) && !names.has(model.id)).map(({ id }) => id);
  return [
    fine('online', `The API lists ${counted(listed.length, 'model')} for this key.`),
    gone.length === 0
      ? fine('models', `All ${sold.length} that pixtab sells are among them.`)
      : remark(
          'models',
          'warn',
          `Not listed any more: ${gone.join(', ')}.`,
          'Update pixtab; until then take another with -m.',
        ),
    ...(fresh.length === 0
      ? []
      : [
          remark(
            'models',
            'note',
            `New, and without a price here: ${fresh.join(', ')}.`,
            'Update pixtab to buy from them.',
          ),
        ]),
  ];
}

const makesImages = ({ id, methods }: ListedModel): boolean =>
  /image|imagen|banana/i.test(id) &&
  methods.some((method) => ['generateContent', 'predict'].includes(method));
