import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/core/errors.ts';
import { isHopeless, restsBy } from '../../../src/purchase/queue/rests.ts';
import { fakeClock } from '../../support/fakes/clock.ts';

const trouble = (kind: FailureKind = 'unavailable', retryAfterSeconds?: number): Failure =>
  new Failure(kind, `${kind} it is`, { charged: 'no', retryAfterSeconds });

function resting() {
  const clock = fakeClock();
  const rests = restsBy(clock);
  /** How long it rests after so many troubles of a kind, each. */
  const after = (times: number, ...what: Parameters<typeof trouble>): readonly number[] =>
    Array.from({ length: times }, () => {
      rests.begin(trouble(...what));
      return rests.leftMs();
    });
  return { clock, rests, after };
}

describe('the rests of a worker', () => {
  it('take twice as long each time, and never more than a minute', () => {
    const { after } = resting();
    expect(after(7)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('begin anew with the shortest once something comes', () => {
    const { rests, after } = resting();
    after(3);
    rests.end();
    expect(after(1)).toEqual([2_000]);
  });

  it('are over when their time is', () => {
    const { clock, rests, after } = resting();
    expect(rests.leftMs()).toBeLessThanOrEqual(0);
    after(1);
    clock.advance(1_999);
    expect(rests.leftMs()).toBe(1);
    clock.advance(1);
    expect(rests.leftMs()).toBe(0);
  });

  it('take as long as a server says, up to a minute', () => {
    expect(resting().after(1, 'rate-limited', 7)).toEqual([7_000]);
    expect(resting().after(1, 'rate-limited', 3_600)).toEqual([60_000]);
  });

  it('are none where the user stops the work', () => {
    const { rests, after } = resting();
    expect(after(20, 'cancelled').every((left) => left <= 0)).toBe(true);
    expect(rests.reason()).toBeNull();
  });

  it('end the work after ten troubles in a row, and not after nine', () => {
    const { rests, after } = resting();
    after(9);
    expect(rests.reason()).toBeNull();
    after(1);
    expect(rests.reason()).toMatchObject({ kind: 'unavailable' });
  });

  it.each(['auth', 'budget', 'bug', 'disk', 'usage'] as const)(
    'end the work at once where waiting mends nothing: %s',
    (kind) => {
      const { rests, after } = resting();
      after(1, kind);
      expect([rests.reason()?.kind, isHopeless(trouble(kind))]).toEqual([kind, true]);
    },
  );

  it.each(['unavailable', 'rate-limited', 'unconfirmed', 'refused'] as const)(
    'do not end it where waiting may: %s',
    (kind) => {
      const { rests, after } = resting();
      after(1, kind);
      expect([rests.reason(), isHopeless(trouble(kind))]).toEqual([null, false]);
    },
  );

  it('name the most pressing reason, whichever came first', () => {
    const { rests } = resting();
    rests.giveUp(trouble('auth'));
    rests.giveUp(trouble('disk'));
    rests.giveUp(trouble('usage'));
    expect(rests.reason()?.kind).toBe('disk');
  });
});
