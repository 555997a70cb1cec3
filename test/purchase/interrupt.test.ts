import { expect, it } from 'vitest';
import { answerInterrupt } from '../../src/purchase/interrupt.ts';

/** What is said at Ctrl-C while these requests are under way. */
function said(underWay: readonly string[], { hasEnded = false } = {}): readonly string[] {
  const alarms: string[] = [];
  const stop = new AbortController();
  const end = answerInterrupt(stop.signal, new Set(underWay), { alarm: (line) => void alarms.push(line) });
  if (hasEnded) end();
  stop.abort();
  return alarms;
}

it('Ctrl-C is answered while requests are under way that may be paid for, and at no other time', () => {
  expect(said(['attempt-1'])).toEqual([expect.stringContaining('Finishing what is paid for')]);
  expect(said([])).toEqual([]);
  expect(said(['attempt-1'], { hasEnded: true })).toEqual([]);
});
