import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { BIN, until } from '../../../bench/process.mjs';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { Clock } from '../../../src/ports/index.ts';
import { waitFor } from '../../../src/purchase/batch/wait.ts';
import { pictureAnswer } from '../../support/answers.ts';
import { scene } from '../../support/jobs.ts';
import { lacks } from '../../support/lacks.ts';
import { message, rawServer } from '../../support/raw-server.ts';
import { workplace, type Workplace } from '../pixtab.ts';

// Clocks that jump, days of 23 and 25 hours, leap days, new years, and processes that sleep: what is counted by the day is
// counted on the right one, what waits comes to an end, and nothing is bought twice.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A clock that stands where it is put, and passes when somebody sleeps. */
function clockAt(
  start: string,
): Clock & { readonly waits: readonly number[]; to(time: string): void; jump(ms: number): void } {
  let now = Date.parse(start);
  const waits: number[] = [];
  return {
    ...systemClock(),
    waits,
    now: () => now,
    to: (time) => void (now = Date.parse(time)),
    jump: (ms) => void (now += ms),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += Math.max(ms, 0);
    },
  };
}

const zoneBefore = process.env['TZ'];
afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

const BUY = ['a cat', '-m', 'nano-banana-2-lite', '-o', 'out/', '--json', '--yes'];
const place = () => workplace({ settings: { PIXTAB_SANDBOX: '1' } });
const buys =
  (here: Workplace, clock: Clock) =>
  async (...more: readonly string[]): Promise<number | null> =>
    (await here.run([...BUY, ...more], { clock })).code;
const spent = async (here: Workplace, clock: Clock, ...args: readonly string[]) =>
  (await here.run(['spend', '--json', ...args], { clock })).json<{ total: { requests: number } }>().total
    .requests;

describe('a budget of a day', () => {
  // The first instant of the day, its last, and the first of the next.
  it.each([
    [
      'of 23 hours',
      'Europe/Berlin',
      '2027-03-27T23:00:00Z',
      '2027-03-28T21:59:59.999Z',
      '2027-03-28T22:00:00Z',
    ],
    [
      'of 25 hours',
      'America/New_York',
      '2027-11-07T04:00:00Z',
      '2027-11-08T04:59:59.999Z',
      '2027-11-08T05:00:00Z',
    ],
    [
      'without a midnight',
      'Africa/Cairo',
      '2027-04-29T22:00:00Z',
      '2027-04-30T20:59:59.999Z',
      '2027-04-30T21:00:00Z',
    ],
    [
      'that is added to a year',
      'Asia/Tokyo',
      '2028-02-28T15:00:00Z',
      '2028-02-29T14:59:59.999Z',
      '2028-02-29T15:00:00Z',
    ],
    [
      'that ends a year',
      'Pacific/Auckland',
      '2026-12-30T11:00:00Z',
      '2026-12-31T10:59:59.999Z',
      '2026-12-31T11:00:00Z',
    ],
  ])('%s ends with it (%s)', async (_, zone, first, last, next) => {
    process.env['TZ'] = zone;
    await using here = await place();
    const clock = clockAt(first);
    const buy = buys(here, clock);
    await here.run(['budget', 'set', '0.05/day'], { clock });
    const codes = [await buy()];
    clock.to(last);
    codes.push(await buy());
    clock.to(next);
    codes.push(await buy());
    expect(codes).toEqual([0, 4, 0]);
    expect(await spent(here, clock, '--since', 'yesterday')).toBe(2);
    expect(await spent(here, clock, '--since', '0d')).toBe(1);
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['a day ahead', DAY],
    ['a day back', -DAY],
    ['a year ahead', 365 * DAY],
    ['a season back', -100 * DAY],
  ])('%s loses no bill, raises no total and opens no limit of a run', async (_, jump) => {
    await using here = await place();
    const clock = clockAt('2027-06-15T12:00:00Z');
    const buy = buys(here, clock);
    await here.run(['budget', 'set', '0.08/total'], { clock });
    expect(await buy()).toBe(0);
    clock.jump(jump);
    expect([await buy(), await buy()]).toEqual([0, 4]);
    expect(await spent(here, clock)).toBe(2);
    clock.jump(-jump);
    expect([await buy(), await spent(here, clock)]).toEqual([4, 2]);
    expect((await here.run(['ledger', 'check'], { clock })).code).toBe(0);
    expect((await here.run(['history', '--json'], { clock })).json<{ rows: object[] }>().rows).toHaveLength(
      2,
    );
  });

  it.each([
    ['ahead', DAY],
    ['back', -DAY],
  ])('%s holds nobody up for longer than the window of a limit', async (_, jump) => {
    await using here = await place();
    const clock = clockAt('2027-06-15T12:00:00Z');
    const buy = buys(here, clock);
    expect(await buy('--rpm', '1')).toBe(0);
    clock.jump(jump);
    expect(await buy('--rpm', '1')).toBe(0);
    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(70_000);
  });

  it.each([
    ['a day ahead', DAY],
    ['a day back', -DAY],
    ['a week back', -7 * DAY],
  ])('%s while a job is under way ends the wait for it, and books it once', async (_, jump) => {
    const here = scene();
    const machine = here.machine('one');
    const [job] = await here.submitted(machine, 2);
    const jobs = [job?.jobId ?? ''];
    here.clock.advance(jump);
    const look = () =>
      waitFor(jobs, { until: here.clock.now() + HOUR, onLook: async () => {} }, machine.world);
    await look();
    here.google.end();
    here.clock.advance(-jump);
    await look();
    const slices = await machine.ledger.spending({ by: 'model', since: null, until: null });
    expect(slices.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
    expect(await machine.ledger.jobs.list('open')).toEqual([]);
    expect(await machine.ledger.contradictions()).toEqual([]);
  });
});

describe('a process that sleeps', () => {
  it('while its answer comes has it when it wakes, and nobody else has taken it for dead', async () => {
    const body = JSON.stringify(pictureAnswer());
    const answer: (() => void)[] = [];
    await using google = await rawServer((socket) => {
      answer.push(() => socket.end(message('200 OK', [`content-length: ${body.length}`], body)));
    });
    await using here = await workplace({
      settings: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: 'AIzaCanary-0123456789' },
    });
    const started = here.start(BUY);
    await until('the request is there', () => answer.length === 1, started);
    started.child.kill('SIGSTOP');
    answer[0]?.();
    // An hour later by the clock of everybody else.
    const clock = clockAt(new Date(Date.now() + HOUR).toISOString());
    const seen = await here.run(['spend', '--json'], { clock });
    const recovered = await here.run(['recover', '--json'], { clock });
    expect([seen.code, recovered.code]).toEqual([0, 0]);
    started.child.kill('SIGCONT');
    const { code, stderr } = await started.ran;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await spent(here, clockAt(new Date().toISOString()))).toBe(1);
  });

  it.skipIf(lacks('faketime'))(
    'and wakes on another day counts there: on a leap day that is really so',
    async () => {
      await using here = await place();
      const at = async (time: string, ...args: readonly string[]) =>
        (
          await promisify(execFile)('faketime', [time, process.execPath, BIN, ...args], {
            cwd: here.dir,
            env: { ...here.env, TZ: 'UTC', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
          })
        ).stdout;
      await at('2028-02-29 23:00:00', ...BUY);
      const counted = async (...args: readonly string[]) =>
        (
          JSON.parse(await at('2028-03-01 01:00:00', 'spend', '--json', ...args)) as {
            total: { requests: number };
          }
        ).total.requests;
      expect(await counted('--since', '2028-02-29', '--until', '2028-02-29')).toBe(1);
      expect(await counted('--since', 'yesterday')).toBe(1);
      expect(await counted('--since', '2028-03-01')).toBe(0);
    },
  );
});
