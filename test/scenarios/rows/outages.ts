import {
  failed,
  found,
  givenBack,
  lookedFor,
  neverFound,
  nothingToKill,
  saved,
  stays,
  unconfirmed,
  unheard,
  unheardOf,
  waits,
} from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

const held = (exit: number, outcome: string, sent = 2) =>
  waits({ ...failed(exit, outcome, sent), first: exit, states: ['held'] });
/** No bill, no cost. */
const untold: Exception = {
  doors: ['recover'],
  why: 'its document tells what was booked',
  ends: { charged: null },
};
const unread = (metered: 0 | 1) => ({ ...unconfirmed(metered), journal: 1 });

export const OUTAGES: readonly Scenario[] = [
  {
    name: 'an overloaded API is asked again',
    faults: '503',
    ends: { ...saved(1), sent: 2 },
    unless: [unheard, ...lookedFor],
  },
  {
    name: 'an API that stays overloaded is given up',
    faults: '503x*',
    isEndless: true,
    flags: ['--retries', '2'],
    ends: failed(10, 'unavailable', 3),
    unless: [unheard, neverFound, givenBack({ sent: 12 })],
  },
  {
    name: 'an error inside Google is not charged',
    faults: '500x*',
    isEndless: true,
    ends: failed(10, 'unavailable'),
    unless: [unheard, neverFound, givenBack({ sent: 4 })],
  },
  {
    name: 'a model that Google has no more is not charged',
    faults: '404x*',
    ends: failed(9, 'unavailable-model'),
    unless: [unheard, held(9, 'unavailable-model')],
  },
  {
    name: 'a request that Google does not accept is not charged',
    faults: '400x*',
    ends: failed(2, 'usage'),
    unless: [unheard, held(2, 'usage')],
  },
  {
    name: 'a key that Google does not accept is not charged',
    faults: '400-keyx*',
    ends: failed(3, 'auth'),
    unless: [unheard, stays(), held(3, 'auth')],
  },
  {
    name: 'a redirect is not followed',
    faults: 'redirectx*',
    isEndless: true,
    ends: failed(10, 'unavailable'),
    unless: [unheard, held(10, 'unavailable'), givenBack({ sent: 4 })],
  },
  {
    name: 'a connection that breaks before the work may have been charged',
    faults: 'reset-before',
    ends: unconfirmed(0),
    unless: [unheard, ...lookedFor],
  },
  {
    name: 'a connection that breaks after the work may have been charged',
    faults: 'reset-after',
    ends: unconfirmed(1),
    unless: [unheardOf, found],
  },
  {
    name: 'an answer that is cut off may have been charged',
    faults: 'truncate',
    ends: unconfirmed(1),
    unless: [unheardOf, found],
  },
  {
    name: 'an answer that does not come in time may have been charged',
    faults: 'hang',
    timeout: true,
    ends: unconfirmed(1),
    unless: [unheardOf, found],
  },
  {
    name: 'an answer that stalls half-way may have been charged',
    faults: 'stall',
    timeout: true,
    ends: unconfirmed(1),
    unless: [unheardOf, found],
  },
  {
    name: 'an error that is not of Google may have been charged',
    faults: '502',
    ends: unconfirmed(0),
    unless: [unheard, ...lookedFor],
  },
  {
    name: 'a deadline that passed inside Google may have been charged',
    faults: '504',
    ends: unconfirmed(0),
    unless: [unheard, ...lookedFor],
  },
  { name: 'an answer behind a prefix that is no JSON is read', faults: 'not-json', ends: saved(1) },
  {
    name: 'an error inside of a good answer is kept',
    faults: 'error-in-200',
    ends: unread(0),
    unless: [...lookedFor, untold],
  },
  {
    name: 'an API that refuses the connection was sent nothing',
    // Nobody listens there.
    baseUrl: 'http://127.0.0.1:2',
    isEndless: true,
    ends: failed(10, 'unavailable', 0),
    unless: [nothingToKill, held(10, 'unavailable', 0)],
  },
  {
    name: 'an API whose name nobody knows was sent nothing',
    baseUrl: 'https://gemini.invalid',
    isEndless: true,
    ends: failed(10, 'unavailable', 0),
    unless: [nothingToKill, held(10, 'unavailable', 0)],
  },
];
