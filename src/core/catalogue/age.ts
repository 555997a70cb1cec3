import { counted } from '../text/text.ts';
import { catalogueAge } from './catalogue.ts';
import type { Day } from './model.ts';

/** How old the prices are on a day, in a line. */
export function ageOfPrices(day: Day): string {
  const { checked, days, stale } = catalogueAge(day);
  const advice = stale ? '; a newer pixtab may know better' : '';
  return `prices checked on ${checked}, ${counted(days, 'day')} ago${advice}`;
}
