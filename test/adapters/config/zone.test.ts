import { describe, expect, it } from 'vitest';
import { zoneNote, zoneOf } from '../../../src/adapters/config/zone.ts';

/** What Node 20 and 22 report for these names. */
const CASES: readonly (readonly [
  TZ: string | undefined,
  reported: string | undefined,
  zone: string,
  isSaid: boolean,
])[] = [
  [undefined, 'Europe/Berlin', 'Europe/Berlin', false],
  ['Asia/Tokyo', 'Asia/Tokyo', 'Asia/Tokyo', false],
  [undefined, undefined, 'UTC', false],
  ['', 'Etc/Unknown', 'UTC', false],
  ['', undefined, 'UTC', false],
  [':Europe/Berlin', undefined, 'Europe/Berlin', false],
  [':/etc/localtime', undefined, 'UTC', true],
  ['Foo/Bar', undefined, 'UTC', true],
  ['Foo/Bar', 'Etc/Unknown', 'UTC', true],
  ['UTC+3', 'Etc/Unknown', 'UTC', true],
  ['EST5EDT,M3.2.0,M11.1.0', 'EST5EDT', 'EST5EDT', false],
];

describe('the time zone of the machine', () => {
  it.each(CASES)('of TZ=%j, reported as %j, is %s', (TZ, reported, zone, isSaid) => {
    expect(zoneOf({ TZ }, reported)).toBe(zone);
    const note = zoneNote({ TZ }, () => reported);
    expect(note?.startsWith(`TZ=${TZ} names no time zone`) ?? false).toBe(isSaid);
  });

  it('is not looked up for a note that nobody needs', () => {
    expect(zoneNote({}, () => expect.unreachable())).toBeNull();
  });
});
