import { describe, expect, it } from 'vitest';
import { asking, generatePath, json, LITE, PRO, running, testClock } from './support.ts';

const wanted = asking('a cat');

describe('rate limits', () => {
  it('let no more through than a minute allows, and say how long to wait', async () => {
    const clock = testClock();
    await using sandbox = await running({ rpm: 2, clock });
    const ask = async (model = LITE) => sandbox.post(generatePath(model), wanted);
    expect((await ask()).status).toBe(200);
    clock.advance(10_000);
    expect((await ask()).status).toBe(200);
    clock.advance(500);
    const refused = await ask();
    expect(refused.status).toBe(429);
    const { error } = await json(refused);
    expect(error.message).toContain('limit: 2, model: gemini-3.1-flash-lite-image\nPlease retry in 48.5s.');
    expect(error.details[2].retryDelay).toBe('48.5s');
    expect((await ask(PRO)).status).toBe(200);
    clock.advance(48_500);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });

  it('are never met by a client that spreads its requests', async () => {
    const clock = testClock();
    await using sandbox = await running({ rpm: 30, clock });
    for (let index = 0; index < 120; index++) {
      expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(200);
      clock.advance(2000);
    }
  });

  it('of a day end at midnight in California', async () => {
    const clock = testClock(Date.UTC(2026, 10, 23, 7, 59));
    await using sandbox = await running({ rpd: 1, clock });
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(200);
    const { error } = await json(await sandbox.post(generatePath(LITE), wanted));
    expect(error.details[1].violations[0].quotaId).toContain('PerDay');
    clock.advance(60_000);
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(200);
  });

  it('of nothing at all say so, with no word about waiting', async () => {
    await using sandbox = await running({ rpm: 0 });
    const response = await sandbox.post(generatePath(LITE), wanted);
    expect(response.status).toBe(429);
    const text = await response.text();
    expect(text).toContain('limit: 0');
    expect(text).not.toContain('retry in');
  });

  it('count no request that made no sense', async () => {
    await using sandbox = await running({ rpm: 1 });
    expect((await sandbox.post(generatePath(LITE), {})).status).toBe(400);
    expect((await sandbox.post(generatePath(LITE), wanted)).status).toBe(200);
  });
});

it('latency comes before the work, by the clock', async () => {
  const clock = testClock();
  await using sandbox = await running({ latencyMs: 800, clock });
  const before = clock.now();
  await sandbox.post(generatePath(LITE), wanted);
  expect(clock.now() - before).toBe(800);
  await sandbox.get('/sandbox/meter');
  expect(clock.now() - before).toBe(800);
});
