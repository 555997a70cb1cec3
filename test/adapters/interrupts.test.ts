import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { interrupts } from '../../src/adapters/interrupts.ts';

type Arrival = readonly [signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', ms: number];

/** What signals come to that arrive at these moments. */
function after(arrivals: readonly Arrival[]): string {
  const signals = new EventEmitter();
  let now = 5_000;
  const { stop, leave } = interrupts(signals, () => now);
  for (const [signal, ms] of arrivals) {
    now = 5_000 + ms;
    signals.emit(signal);
  }
  if (leave.aborted) return 'leaves';
  return stop.aborted ? 'stops' : 'goes on';
}

it.each<[string, readonly Arrival[], string]>([
  ['none', [], 'goes on'],
  ['Ctrl-C', [['SIGINT', 0]], 'stops'],
  ['SIGTERM', [['SIGTERM', 0]], 'stops'],
  ['a closed terminal', [['SIGHUP', 0]], 'stops'],
  [
    'Ctrl-C that npm passes on',
    [
      ['SIGINT', 0],
      ['SIGINT', 40],
    ],
    'stops',
  ],
  [
    'Ctrl-C that npm passes on late',
    [
      ['SIGINT', 0],
      ['SIGINT', 999],
    ],
    'stops',
  ],
  [
    'Ctrl-C and the SIGTERM of a supervisor',
    [
      ['SIGINT', 0],
      ['SIGTERM', 300],
    ],
    'stops',
  ],
  [
    'Ctrl-C again after a second',
    [
      ['SIGINT', 0],
      ['SIGINT', 1_000],
    ],
    'leaves',
  ],
  [
    'SIGTERM again after a second',
    [
      ['SIGTERM', 0],
      ['SIGTERM', 1_000],
    ],
    'leaves',
  ],
  [
    'Ctrl-C many times in a row',
    [
      ['SIGINT', 0],
      ['SIGINT', 400],
      ['SIGINT', 800],
      ['SIGINT', 1_200],
    ],
    'leaves',
  ],
  [
    'a closed terminal, twice',
    [
      ['SIGHUP', 0],
      ['SIGHUP', 5_000],
    ],
    'stops',
  ],
  [
    'Ctrl-C, and then the terminal is closed',
    [
      ['SIGINT', 0],
      ['SIGHUP', 5_000],
    ],
    'stops',
  ],
  [
    'a closed terminal and the SIGTERM of its session',
    [
      ['SIGHUP', 0],
      ['SIGTERM', 30_000],
    ],
    'stops',
  ],
  [
    'a closed terminal and a SIGTERM that npm passes on',
    [
      ['SIGHUP', 0],
      ['SIGTERM', 30_000],
      ['SIGTERM', 30_040],
    ],
    'stops',
  ],
  [
    'a closed terminal, the SIGTERM of its session, and one more',
    [
      ['SIGHUP', 0],
      ['SIGTERM', 100],
      ['SIGTERM', 2_000],
    ],
    'leaves',
  ],
  [
    'a closed terminal and a SIGINT later',
    [
      ['SIGHUP', 0],
      ['SIGINT', 2_000],
    ],
    'leaves',
  ],
])('%s', (_, arrivals, expected) => {
  expect(after(arrivals)).toBe(expected);
});
