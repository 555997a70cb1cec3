import { buysNothing, byHand, inOneJob, refused, saved, unread } from '../ends.ts';
import type { Scenario } from '../scenario.ts';

const killed = { ...saved(1), states: ['saved', 'released'] };

const final = (reason: string): Scenario => ({
  name: `${reason} is not asked for again`,
  faults: reason,
  ends: refused(1),
});

const chance = (reason: string, alone: Scenario['ends'], ends: Partial<Scenario['ends']> = {}): Scenario => ({
  name: `${reason} may be chance, and is asked for once more`,
  faults: reason,
  ends: { ...saved(2), charged: 'unknown', pictures: 1, ...ends },
  unless: [byHand(alone), buysNothing(alone)],
});

/** Google says so itself. */
const free = { ...refused(1), charged: 'no', metered: 0 } as const;
const words = { ...refused(1), charged: 'yes' } as const;
export const REFUSALS: readonly Scenario[] = [
  { name: 'a picture comes', ends: saved(1) },
  {
    name: 'two pictures come',
    count: 2,
    ends: saved(2),
    unless: [inOneJob, buysNothing(killed)],
  },
  final('SAFETY'),
  final('IMAGE_SAFETY'),
  final('PROHIBITED_CONTENT'),
  final('BLOCKLIST'),
  final('SPII'),
  final('OTHER'),
  final('MALFORMED_RESPONSE'),
  final('blocked-SAFETY'),
  final('blocked-PROHIBITED_CONTENT'),
  {
    name: 'a blocked prompt without usage is booked as what went in',
    faults: 'blocked-no-usage',
    ends: { ...refused(1), metered: 0, settled: 'estimated' },
  },
  chance('IMAGE_OTHER', free, { charged: 'yes', metered: 1 }),
  chance('IMAGE_RECITATION', refused(1)),
  chance('NO_IMAGE', refused(1)),
  chance('text-only', words, { charged: 'yes' }),
  {
    name: 'a refusal by chance that comes twice stands',
    faults: 'RECITATIONx2',
    ends: refused(2),
    unless: [byHand(refused(1)), buysNothing(refused(1))],
  },
  {
    name: 'a picture that breaks off is kept as it came',
    faults: 'picture-broken',
    ends: unread,
  },
  { name: 'bytes that are no picture are kept as they came', faults: 'picture-garbage', ends: unread },
  {
    name: 'a picture without bytes is charged, and kept as it came',
    faults: 'base64-empty',
    ends: unread,
  },
];
