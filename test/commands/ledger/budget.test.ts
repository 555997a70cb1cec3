import { describe, expect, it } from 'vitest';
import { usd } from '../../../src/core/pricing/money.ts';
import { world } from '../../support/fakes/deps.ts';

describe('budget', () => {
  it('sets a limit that the next purchase keeps to', async () => {
    const { pixtab, api } = world();
    const set = await pixtab('budget', 'set', '0.05/day');
    expect(set).toMatchObject({ code: 0, stdout: '', stderr: 'The budget is $0.05 a day, in UTC.' });
    expect((await pixtab('a cat')).code).toBe(0);
    const refused = await pixtab('a cat');
    expect([refused.code, api.sent.length]).toEqual([4, 1]);
    expect(refused.stderr).toMatch(
      /The budget of \$0\.05 a day has \$0\.0\d+ left and this would cost up to \$0\.03\d+; it resets at 2026-11-23 00:00 UTC/,
    );
    expect(refused.stderr).toContain('pixtab budget set <dollars>/day');
  });

  it('lists what is used, held and left, and when it resets', async () => {
    const { pixtab } = world();
    await pixtab('budget', 'set', '20/day');
    await pixtab('budget', 'set', '100/month', '--model', 'nano-banana-pro', '--project', 'shop');
    await pixtab('budget', 'set', '5/run');
    await pixtab('a cat');
    const { code, stdout } = await pixtab('budget', 'list');
    expect(code).toBe(0);
    const rows = stdout.split('\n').slice(1).toSorted();
    expect(rows[0]).toMatch(
      /^\$100\.00 a month for gemini-3-pro-image in project shop +\$0\.00 +\$0\.00 +\$100\.00 +2026-12-01 00:00 UTC$/,
    );
    expect(rows[1]).toMatch(/^\$20\.00 a day +\$0\.03\d* +\$0\.00 +\$19\.97 +2026-11-23 00:00 UTC$/);
    expect(rows[2]).toMatch(/^\$5\.00 a run +\$0\.00 +\$0\.00 +\$5\.00 +with every run$/);
  });

  it('keeps days and months in the user’s time zone, or in UTC', async () => {
    const { pixtab, store } = world({ deps: { zone: () => 'Asia/Kolkata' } });
    await pixtab('budget', 'set', '20/day');
    await pixtab('budget', 'set', '20/month', '--utc');
    expect(store.budgets.map(({ per, zone }) => [per, zone])).toEqual([
      ['day', 'Asia/Kolkata'],
      ['month', 'UTC'],
    ]);
    expect((await pixtab('budget')).stdout).toContain('2026-11-23 00:00 Asia/Kolkata');
  });

  it('removes the one that is meant, and says when there is none', async () => {
    const { pixtab, store } = world();
    await pixtab('budget', 'set', '20/day');
    await pixtab('budget', 'set', '10/day', '--project', 'shop');
    expect((await pixtab('budget', 'rm', 'day')).code).toBe(0);
    expect(store.budgets).toMatchObject([{ project: 'shop', amount: usd('10') }]);
    expect(await pixtab('budget', 'rm', '20/day')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such budget'),
    });
  });

  it.each([
    ['set'],
    ['set', 'twenty/day'],
    ['set', '20/week'],
    ['set', '20/day', '-m', 'no-such-model'],
    ['rm', 'fortnight'],
    ['lsit'],
  ])('refuses budget %s %s as a usage error, and touches nothing', async (...argv) => {
    const { pixtab, store } = world();
    const { code, stderr } = await pixtab('budget', ...argv);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
    expect(store.budgets).toEqual([]);
  });

  it('answers in JSON', async () => {
    const { pixtab } = world();
    const { stdout } = await pixtab('budget', 'set', '0.50/month', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pixtab.budget/1',
      budgets: [
        {
          per: 'month',
          amount: '0.5',
          model: null,
          project: null,
          timeZone: 'UTC',
          used: '0',
          held: '0',
          left: '0.5',
          resetsAt: '2026-12-01T00:00:00.000Z',
        },
      ],
      error: null,
    });
  });

  it('does not take the preferred model of purchases for its own', async () => {
    const { pixtab, store } = world({ settings: { defaults: { model: 'nano-banana-pro' } } });
    await pixtab('budget', 'set', '20/day');
    expect(store.budgets).toMatchObject([{ model: null }]);
  });

  it('says that nothing limits spending when there is no budget', async () => {
    const { code, stderr } = await world().pixtab('budget', 'list');
    expect([code, stderr]).toEqual([0, expect.stringContaining('There is no budget')]);
  });
});
