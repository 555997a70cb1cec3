import { JOBS, QUEUE, type Door } from '../doors.ts';
import { failed, givenBack, refused, saved, stays, unconfirmed, unread } from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

const once: readonly Door[] = [...JOBS, 'recover'];
/** All of a job meets the same, and one that is killed sends no second request. */
const oneAnswer: Exception = { doors: once, why: 'there is one answer for all', ends: null };

const ownOrder = (ends: Exception['ends']): Exception => ({
  doors: ['apply', ...QUEUE],
  why: 'a picture of a manifest is an order of its own',
  ends,
});

const partial = { exit: 6, outcome: 'partial', pictures: 1 } as const;

export const MIXED: readonly Scenario[] = [
  {
    name: 'one of two that is refused makes it partial',
    count: 2,
    faults: 'ok,IMAGE_SAFETY',
    ends: { ...saved(2), ...partial, charged: 'unknown' },
    unless: [oneAnswer],
  },
  {
    name: 'one of two that nobody heard of makes it partial',
    count: 2,
    faults: 'ok,reset-after',
    ends: { ...saved(2), ...partial, charged: 'unknown', states: ['saved', 'unconfirmed'], settled: 'less' },
    unless: [oneAnswer],
  },
  {
    name: 'after one that nobody heard of, no more of the same order is sent',
    count: 2,
    faults: 'reset-after',
    ends: { ...unconfirmed(1), states: ['unconfirmed', 'released'] },
    unless: [oneAnswer, ownOrder({ ...partial, sent: 2, metered: 2, states: ['unconfirmed', 'saved'] })],
  },
  {
    name: 'after a request that Google does not accept, no more of the same order is sent',
    count: 2,
    faults: '400',
    ends: { ...failed(2, 'usage'), states: ['released', 'released'] },
    unless: [
      oneAnswer,
      ownOrder({ ...partial, charged: 'yes', sent: 2, metered: 1, states: ['released', 'saved'] }),
    ],
  },
  {
    name: 'what nobody heard of is more pressing than a refusal',
    count: 2,
    faults: 'IMAGE_SAFETY,reset-after',
    ends: { ...unconfirmed(1), sent: 2, metered: 2, states: ['saved', 'unconfirmed'] },
    unless: [oneAnswer],
  },
  {
    name: 'a refusal is more pressing than an outage',
    count: 2,
    faults: 'IMAGE_SAFETY,503',
    flags: ['--retries', '0'],
    ends: { ...refused(1), sent: 2, states: ['saved', 'released'] },
    unless: [oneAnswer, givenBack({ ...saved(2), ...partial, sent: 3 })],
  },
  {
    name: 'a refusal is more pressing than a request that was not accepted',
    count: 2,
    faults: 'IMAGE_SAFETY,400',
    ends: { ...refused(1), sent: 2, states: ['saved', 'released'] },
    unless: [oneAnswer],
  },
  {
    name: 'a chance is taken for the picture that is missing',
    count: 2,
    faults: 'IMAGE_OTHER',
    ends: { ...saved(3), metered: 2, pictures: 2 },
    unless: [oneAnswer],
  },
  {
    name: 'a chance that meets an outage leaves the refusal',
    faults: 'text-only,503',
    flags: ['--retries', '0'],
    ends: { ...refused(1), charged: 'yes', sent: 2, states: ['saved', 'released'] },
    unless: [oneAnswer],
  },
  {
    name: 'a chance that nobody hears of may have been charged',
    faults: 'text-only,reset-after',
    ends: { ...unconfirmed(1), sent: 2, metered: 2, states: ['saved', 'unconfirmed'] },
    unless: [oneAnswer],
  },
  {
    name: 'a chance that --max-cost does not cover is not taken',
    faults: 'text-only',
    flags: ['--max-cost', '0.03571'],
    ends: { ...refused(1), charged: 'yes' },
    unless: [{ doors: ['edit'], why: 'the picture that goes along costs more', ends: null }],
  },
  {
    name: 'a repeat that is not answered may have been charged',
    faults: '503,reset-after',
    ends: { ...unconfirmed(1), sent: 2 },
    unless: [oneAnswer],
  },
  {
    name: 'after a picture that does not decode, no more of the same order is sent',
    count: 2,
    faults: 'picture-garbage',
    ends: { ...unread, states: ['settled', 'released'] },
    unless: [oneAnswer, ownOrder({ sent: 2, metered: 2, states: ['settled', 'saved'], pictures: 1 })],
  },
  {
    name: 'a key that is refused after the first of two makes it partial',
    count: 2,
    faults: 'ok,400-key',
    ends: { ...saved(1), ...partial, sent: 2, states: ['saved', 'released'] },
    unless: [oneAnswer, stays({ exit: 3, outcome: 'auth', states: ['saved', 'held'] })],
  },
  {
    name: 'what may have been charged is asked again where the user said so',
    faults: 'reset-after',
    flags: ['--retry-unconfirmed', '1'],
    ends: {
      ...saved(2),
      charged: 'unknown',
      states: ['unconfirmed', 'saved'],
      settled: 'less',
      pictures: 1,
    },
    unless: [oneAnswer, { doors: QUEUE, why: 'only queue retry asks for that again', ends: null }],
  },
  {
    name: 'a refusal that may be chance stands where the user wants no repeat',
    faults: 'text-only',
    flags: ['--refusal-retries', '0'],
    ends: { ...refused(1), charged: 'yes' },
    unless: [oneAnswer],
  },
  {
    name: 'a refusal that may be chance is asked again as often as the user said',
    faults: 'text-onlyx2',
    flags: ['--refusal-retries', '2'],
    ends: { ...saved(3), pictures: 1 },
    unless: [oneAnswer],
  },
];
