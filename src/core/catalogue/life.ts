import { nameOf, statusOf } from './catalogue.ts';
import type { Day, Model, PlatformLife, Status } from './model.ts';

/** One sentence or more on a model's place in its life, at the Gemini API and where else it is known. */
export function lifeWarning({ name, life, successor }: Model, status: Status, day: Day): string {
  const next = successor === null ? '' : ` ${nameOf(successor)} replaces it.`;
  const end = life.shutdown === null ? '' : ` and ends on ${life.shutdown}`;
  const others = life.elsewhere ?? [];
  const too = others
    .filter(({ shutdown }) => shutdown === life.shutdown)
    .map(({ platform }) => `, on ${platform} too`);
  const elsewhere = others
    .filter(({ shutdown }) => shutdown !== life.shutdown)
    .map((other) => ` ${platformSentence(other, day)}`)
    .join('');
  const sentence: Record<Status, string> = {
    unreleased: `${name} did not exist on ${day}: it was released on ${life.released}.`,
    active: `${name} is in service${end}.`,
    deprecated: `${name} is deprecated since ${life.deprecated}${end || ', with no end announced'}.${next}${elsewhere}`,
    restricted: `${name} answers only projects that used it before ${life.closedSince}${end}.${next}${elsewhere}`,
    retired: `${name} was shut down on ${life.shutdown}${too.join('')}.${next}${elsewhere}`,
  };
  return sentence[status];
}

/** What is to be said of a model's end; null while none is announced. */
export function ending(model: Model, day: Day): string | null {
  const status = statusOf(model, day);
  const { deprecated, shutdown } = model.life;
  // An end that is announced with a deprecation is not known before that.
  const isHale = status === 'active' && (shutdown === null || deprecated !== null);
  return isHale ? null : lifeWarning(model, status, day);
}

/** "On Agent Platform it ends on 2027-05-28 or later." */
function platformSentence({ platform, shutdown, isEarliest }: PlatformLife, day: Day): string {
  if (shutdown <= day && !isEarliest) return `On ${platform} it was shut down on ${shutdown}.`;
  return `On ${platform} it ends on ${shutdown}${isEarliest ? ' or later' : ''}.`;
}
