import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

const states = ({ store }: ReturnType<typeof world>): string[] =>
  [...store.attempts.values()].map(({ state }) => state);

describe('the pace of a purchase', () => {
  it('is nobody’s business but the user’s: without a limit nothing waits', async () => {
    const { pixtab, api, clock } = world();
    expect((await pixtab('a cat', '-n', '100', '--concurrency', '64', '--yes')).code).toBe(0);
    expect([api.sent.length, clock.waits]).toEqual([100, []]);
  });

  it('keeps to --rpm, says so, and gets everything in the end', async () => {
    const { pixtab, api, clock } = world();
    const { code, stderr } = await pixtab('a cat', '-n', '3', '--rpm', '2', '--concurrency', '1');
    expect([code, api.sent.length]).toEqual([0, 3]);
    expect(clock.waits).toEqual([60_251]);
    expect(stderr).toMatch(/^wait {3}61 s: --rpm allows 2 requests of Nano Banana 2 Lite a minute$/m);
  });

  it.each([
    ['--ipm', '2'],
    ['--spend-rate', '0.07'],
  ])('keeps to %s %s', async (...flags) => {
    const { pixtab, clock } = world();
    expect((await pixtab('a cat', '-n', '3', '--concurrency', '1', ...flags)).code).toBe(0);
    expect(clock.waits).toHaveLength(1);
  });

  it('refuses with --no-wait: nothing is sent, nothing is charged, the hold is given back', async () => {
    const all = world();
    await all.pixtab('a cat', '--rpm', '1');
    const { code, stdout } = await all.pixtab('a dog', '--rpm', '1', '--no-wait', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'rate-limited',
      exitCode: 7,
      cost: { amount: '0', charged: 'no' },
      error: { kind: 'rate-limited', retryAfterSeconds: 61 },
    });
    expect([code, all.api.sent.length, states(all)]).toEqual([7, 1, ['saved', 'released']]);
  });

  it('refuses at the limit of a day, and says when there is more', async () => {
    const all = world();
    await all.pixtab('a cat', '--rpd', '1');
    const { code, stderr } = await all.pixtab('a dog', '--rpd', '1');
    expect([code, all.clock.waits, all.api.sent.length]).toEqual([7, [], 1]);
    expect(stderr).toContain('midnight Pacific time');
  });

  it('is a setting like others', async () => {
    const defaults = { settings: { defaults: { tier: '1' }, origins: { tier: 'PIXTAB_TIER' } } };
    const { pixtab, clock } = world(defaults);
    await pixtab('a cat', '-n', '21', '-m', 'gemini-3-pro-image', '--concurrency', '1', '--yes');
    expect(clock.waits).toHaveLength(1);
  });

  it.each([
    ['--rpm', '0'],
    ['--rpd', '1.5'],
    ['--spend-rate', '0'],
    ['--tier', '4'],
  ])('is not %s %s', async (...flags) => {
    const { pixtab, api } = world();
    expect((await pixtab('a cat', ...flags)).code).toBe(2);
    expect(api.sent).toEqual([]);
  });
});
