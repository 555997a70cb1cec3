import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { joined } from '../../src/purchase/joined.ts';

it('aborts with either signal, or at once with one that has', () => {
  for (const which of [0, 1]) {
    const sources = [new AbortController(), new AbortController()];
    const { signal } = joined(...sources.map((source) => source.signal));
    expect(signal.aborted).toBe(false);
    sources[which]?.abort();
    expect(signal.aborted).toBe(true);
    expect(joined(...sources.map((source) => source.signal)).signal.aborted).toBe(true);
  }
});

it('leaves nothing behind in the signals that it was made of', () => {
  const server = new AbortController();
  for (let call = 0; call < 10; call += 1) joined(server.signal, new AbortController().signal).end();
  expect(getEventListeners(server.signal, 'abort')).toEqual([]);
});
