import { failingFlush, forbidden, full, fullLedger, fullLedgerOnce } from '../disk.ts';
import { JOBS, QUEUE } from '../doors.ts';
import { atOnce, kept, notSent, saved, stays, unheardOf, unqueued } from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

/** Enough for a few small files, and not for an answer. */
const NEARLY_FULL = 8 * 1024;

const unkept: readonly Exception[] = [
  {
    doors: JOBS,
    why: 'what a job brought stays at the API until it can be kept',
    ends: { charged: 'no', pictures: 0, states: ['sent'], settled: 'less' },
  },
  { doors: ['queue by batch'], why: 'the next worker cannot keep it either', ends: { first: 11 } },
  { ...unheardOf, why: 'an answer that could not be kept dies with its process' },
];

const onlyPlace: Exception = {
  doors: QUEUE,
  why: 'a queue puts pictures there and nowhere else',
  ends: { ...notSent(2, 'usage'), states: ['held'] },
};

export const DISK: readonly Scenario[] = [
  {
    name: 'no room to keep an answer: nothing is sent',
    trouble: ({ journal }) => full(journal, NEARLY_FULL),
    ends: notSent(2, 'usage'),
    unless: [...atOnce(2), stays()],
  },
  {
    name: 'a journal that nobody may write: nothing is sent',
    trouble: ({ journal }) => forbidden(journal),
    ends: notSent(2, 'usage'),
    unless: [...atOnce(2), stays()],
  },
  {
    name: 'a journal that is full once the request is under way: the picture is saved and booked',
    trouble: ({ journal }) => full(journal),
    since: 'sent',
    ends: { ...saved(1), exit: 11, outcome: 'disk' },
    unless: unkept,
  },
  {
    name: 'a journal that cannot be flushed: the picture is saved and booked',
    trouble: ({ journal }) => failingFlush(journal),
    ends: { ...saved(1), exit: 11, outcome: 'disk' },
    unless: unkept,
  },
  {
    name: 'a ledger that is full: nothing is sent',
    trouble: () => fullLedger(),
    ends: notSent(2, 'usage'),
    unless: [
      ...atOnce(2),
      unqueued,
      { doors: ['generate by batch'], why: 'it cannot fetch either', ends: notSent(2, 'usage') },
    ],
    // Nothing on this machine is wrong, and somebody may make room there. Who only fetches, and has no job, writes nothing.
    atServer: (ends) =>
      ends.charged === null && ends.first !== null
        ? { ...ends, exit: 0, outcome: 'ok', first: 10 }
        : { ...ends, exit: 10, outcome: 'unavailable', first: ends.first === null ? null : 10 },
  },
  {
    name: 'a ledger that is full once the request is under way: the picture is saved, and the answer kept',
    trouble: () => fullLedger(),
    since: 'sent',
    passes: true,
    ends: { ...kept, pictures: 1, states: ['sent'], settled: 'less', told: 'more' },
    unless: [
      { doors: JOBS, why: 'a job is found by its name', ends: { ...saved(1), first: 11 } },
      { doors: ['recover'], why: 'there is room again', ends: saved(1) },
    ],
  },
  {
    name: 'a ledger without room for a moment, once the request is under way: nothing is bought twice',
    trouble: () => fullLedgerOnce(),
    since: 'sent',
    passes: true,
    ends: { ...kept, pictures: 1, states: ['sent'], settled: 'less', told: 'more' },
    unless: [
      { doors: JOBS, why: 'a job is found by its name', ends: { ...saved(1), first: 11 } },
      { doors: ['recover'], why: 'there is room again', ends: saved(1) },
      { doors: ['queue by batch'], why: 'a worker that looks for more may meet it first', ends: null },
    ],
  },
  {
    name: 'a folder for pictures that is full: nothing is sent',
    trouble: ({ images }) => full(images),
    ends: notSent(2, 'usage'),
    unless: [...atOnce(2), stays()],
  },
  {
    name: 'a folder for pictures that nobody may write: nothing is sent',
    trouble: ({ images }) => forbidden(images),
    ends: notSent(2, 'usage'),
    unless: [...atOnce(2), stays()],
  },
  {
    name: 'a folder for pictures that cannot be flushed: nothing is sent',
    trouble: ({ images }) => failingFlush(images),
    ends: notSent(2, 'usage'),
    unless: [...atOnce(2), stays()],
  },
  {
    name: 'a folder for pictures that is full once the request is under way: the answer is kept',
    trouble: ({ images }) => full(images),
    since: 'sent',
    ends: kept,
  },
  {
    name: 'a folder for pictures that is full after the first of two: the second answer is kept',
    count: 2,
    trouble: ({ images }) => full(images),
    since: 'second sent',
    ends: { ...kept, sent: 2, metered: 2, states: ['saved', 'settled'], pictures: 1 },
    unless: [{ doors: [...JOBS, 'recover'], why: 'one request is all that is sent', ends: null }],
  },
  {
    name: 'a store that is full is no reason to stop',
    trouble: ({ store }) => full(store),
    ends: saved(1),
    unless: [onlyPlace],
  },
  {
    name: 'a store that nobody may write is no reason to stop',
    trouble: ({ store }) => forbidden(store),
    ends: saved(1),
    unless: [onlyPlace],
  },
];
