import { isZone } from '../../core/policy/calendar.ts';
import { printable } from '../../core/text/text.ts';
import type { Variables } from './variables.ts';

/** The time zone as the platform reports it: none at all, or `Etc/Unknown`, where it does not know the name in TZ. */
export const reportedZone = (): string | undefined => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The user's time zone, as an IANA name; UTC, in which the platform counts then, where none is known. */
export function zoneOf({ TZ = '' }: Variables, reported: string | undefined): string {
  // POSIX allows a colon before the name.
  return [reported, TZ.replace(/^:/, '')].find(isKnown) ?? 'UTC';
}

/** Says that TZ is not understood; null where there is nothing to say: an empty TZ means UTC everywhere. */
export function zoneNote(env: Variables, reported: () => string | undefined): string | null {
  // Only who sets it pays for the look.
  if (!env['TZ']) return null;
  const zone = reported();
  if (isKnown(zone) || zoneOf(env, zone) !== 'UTC') return null;
  return `TZ=${printable(env['TZ'])} names no time zone that is known here, so days are counted in UTC. Europe/Berlin would be one.`;
}

const isKnown = (zone: string | undefined): zone is string =>
  zone !== undefined && zone !== '' && zone !== 'Etc/Unknown' && isZone(zone);
