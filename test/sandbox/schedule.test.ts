import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultQueue } from '../../src/sandbox/faults/queue.ts';
import { parseSchedule } from '../../src/sandbox/faults/schedule.ts';
import { FAULTS } from '../../src/sandbox/faults/faults.ts';
import { seededRandom } from '../../src/sandbox/random.ts';

const draws = (schedule: string, count: number, seed = 1): (string | null)[] => {
  const queue = faultQueue(schedule, seededRandom(seed));
  return Array.from({ length: count }, () => queue.draw('paid')[0]?.name ?? null);
};

const outcome = (text: string): unknown => {
  try {
    return parseSchedule(text);
  } catch (error) {
    return error;
  }
};

describe('a schedule', () => {
  it('is met in order, each as often as it says, and then no more', () => {
    expect(draws('429x2,reset-after,ok,503', 6)).toEqual(['429', '429', 'reset-after', null, '503', null]);
  });

  it('goes on for ever with x*', () => {
    expect(draws('ok,503x*', 4)).toEqual([null, '503', '503', '503']);
  });

  it('passes a number on', () => {
    expect(faultQueue('429=0.5', seededRandom(1)).draw('paid')).toEqual([{ name: '429', value: 0.5 }]);
  });

  it('lets one request meet several faults at once', () => {
    const queue = faultQueue('reset-after+batch-twin+batch-unlisted=3x2', seededRandom(1));
    const met = [
      { name: 'reset-after', value: null },
      { name: 'batch-twin', value: null },
      { name: 'batch-unlisted', value: 3 },
    ];
    expect([queue.draw('batch'), queue.draw('batch'), queue.draw('batch')]).toEqual([met, met, []]);
  });

  it('meets a share of all requests, the same ones for the same seed', () => {
    const met = draws('500%25', 4000);
    const share = met.filter((name) => name === '500').length / met.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
    expect(draws('500%25', 4000)).toEqual(met);
    expect(draws('500%25', 4000, 2)).not.toEqual(met);
  });

  it('is for requests that are paid, unless it says another kind', () => {
    const queue = faultQueue('files:503,any:500,404', seededRandom(1));
    expect(queue.draw('models')[0]?.name).toBe('500');
    expect(queue.draw('paid')[0]?.name).toBe('404');
    expect(queue.draw('paid')).toEqual([]);
    expect(queue.draw('files')[0]?.name).toBe('503');
  });

  it('keeps the fate of a batch job for the next one that is made', () => {
    expect(parseSchedule('batch-failed')[0]?.family).toBe('batch');
    expect(parseSchedule('any:batch-failed')[0]?.family).toBe('any');
  });

  it.each([
    ['429,nothing', 'no such fault: "nothing"'],
    ['reset-aftre', '(did you mean "reset-after"?)'],
    ['disks:429', 'no such kind of request: "disks"'],
    ['500%101', 'a share is 100 % at most'],
    ['429x', 'no such fault: "429x"'],
    ['=3', 'no such fault: "=3"'],
    ['503+', 'no such fault: "503+"'],
    ['503+nothing', 'no such fault: "503+nothing"'],
  ])('refuses "%s" with %s', (schedule, message) => {
    expect(() => parseSchedule(schedule)).toThrow(RangeError);
    expect(() => parseSchedule(schedule)).toThrow(message);
  });

  it('knows every fault by its name, in any case', () => {
    for (const name of Object.keys(FAULTS)) {
      expect(parseSchedule(name.toUpperCase())[0]?.faults).toEqual([{ name, value: null }]);
    }
  });

  it('either reads a text or says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = outcome(text);
        expect(Array.isArray(read) || read instanceof RangeError).toBe(true);
      }),
    );
  });
});
