import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUDGET_PERIODS,
  budgetResets,
  checkBudget,
  checkMaxCost,
  concerns,
  costTo,
  covers,
  describeBudget,
  isAllowance,
  left,
  metAt,
  parseBudget,
  refusal,
  sameScope,
  windows,
  withoutAllowance,
} from '../../../src/core/policy/budget.ts';
import type { Budget, Check } from '../../../src/core/policy/budget.ts';
import { calendar } from '../../../src/core/policy/calendar.ts';
import { nano, toDecimal, usd } from '../../../src/core/pricing/money.ts';

const aBudget = (facts: Partial<Budget> = {}): Budget => ({
  per: 'day',
  model: null,
  project: null,
  agent: null,
  amount: usd('20'),
  zone: 'UTC',
  ...facts,
});

describe('parseBudget', () => {
  it.each([
    ['20/day', '20', 'day'],
    ['$5/run', '5', 'run'],
    ['0.50/month', '0.5', 'month'],
    [' 100/Month ', '100', 'month'],
    ['20 / day', '20', 'day'],
    ['0.50 a month', '0.5', 'month'],
    ['3 per day', '3', 'day'],
    ['20 monthly', '20', 'month'],
    ['5 each', '5', 'run'],
    ['2/total', '2', 'total'],
    ['0.000000001/run', '0.000000001', 'run'],
  ])('reads %j', (text, amount, per) => {
    expect(parseBudget(text)).toEqual({ amount: usd(amount), per });
  });

  it.each([
    '',
    '20',
    '/day',
    '20/',
    '20/week',
    '-5/day',
    '1e3/day',
    '1,000/day',
    '0/day',
    '20/day/run',
    '0.0000000001/day',
  ])('refuses %j and shows how it is written', (text) => {
    expect(() => parseBudget(text)).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('20/day') }),
    );
  });

  it('reads back every amount that is written exactly', () => {
    const amounts = fc.bigInt({ min: 1n, max: 999_999_999_000_000_000n }).map(nano);
    fc.assert(
      fc.property(amounts, fc.constantFrom(...BUDGET_PERIODS), (amount, per) => {
        expect(parseBudget(`${toDecimal(amount)}/${per}`)).toEqual({ amount, per });
      }),
    );
  });
});

const check = (limit: string, left: string, cost: string): Check => ({
  limit,
  left: usd(left),
  cost: usd(cost),
  resets: () => null,
  hint: '',
  code: 'over-budget',
});

describe('a purchase against budgets', () => {
  const midnight = Date.parse('2026-11-23T00:00Z');
  const standing = (amount: string, used: string, held: string) => ({
    budget: aBudget({ amount: usd(amount) }),
    used: usd(used),
    held: usd(held),
    window: { from: midnight - 86_400_000, until: midnight },
  });

  it('has left what is neither used nor held', () => {
    expect(left(standing('1', '0.30', '0.25'))).toBe(usd('0.45'));
  });

  const against = (cost: string) => refusal([checkBudget(standing('1', '0.30', '0.25'), usd(cost))]);

  it('allows what costs all that is left, and refuses a nano-dollar more', () => {
    expect(against('0.45')).toBeNull();
    expect(against('0.450000001')?.message).toContain('$0.45 left and this would cost up to $0.450000001');
  });

  it('allows what is free, even when a bill has passed the budget', () => {
    expect(refusal([checkBudget(standing('1', '1', '0'), usd('0'))])).toBeNull();
    expect(refusal([checkBudget(standing('1', '1.5', '0'), usd('0.01'))])?.message).toContain(
      'has nothing left',
    );
  });

  it('says which budget, what is left, what this costs and when it resets', () => {
    const budget = aBudget({ model: 'large-model', project: 'shop', zone: 'Europe/Berlin' });
    const refused = refusal([checkBudget({ ...standing('20', '19.99', '0'), budget }, usd('0.0336'))]);
    expect(refused).toMatchObject({ kind: 'budget', charged: 'no' });
    expect(refused?.message).toBe(
      'The budget of $20.00 a day for large-model in project shop has $0.01 left and this would cost up to $0.0336; it resets at 2026-11-23 01:00 Europe/Berlin.',
    );
    expect(refused?.hint).toContain('pixtab budget set <dollars>/day --model large-model --project shop');
  });

  it('says how to change the budget of an agent, and no reset of one that has none', () => {
    const budget = aBudget({ per: 'total', agent: 'ada', amount: usd('1') });
    const refused = refusal([checkBudget({ ...standing('1', '1', '0'), budget, window: null }, usd('1'))]);
    expect(refused?.message).toMatch(/ has nothing left and this would cost up to \$1\.00\.$/);
    expect(refused?.hint).toMatch(/^`pixtab budget set <dollars>\/total --agent ada` /);
  });

  it('names the limit with the least left, of those that are passed', () => {
    const checks = [
      check('a', '0.01', '0.01'),
      check('b', '0.05', '0.06'),
      check('c', '0.03', '0.06'),
      check('d', '9', '0.06'),
    ];
    expect(refusal(checks)?.message).toBe('C has $0.03 left and this would cost up to $0.06.');
    expect(refusal(checks.toReversed())?.message).toContain('C has');
  });

  it('speaks of --max-cost as the user typed it', () => {
    const refused = refusal([checkMaxCost(usd('0.10'), usd('0.04'), usd('0.07'))]);
    expect(refused?.message).toBe('--max-cost $0.10 has $0.06 left and this would cost up to $0.07.');
  });

  it('takes from a budget for one model what that model costs', () => {
    const purchases = [
      { model: 'a', high: usd('1') },
      { model: 'b', high: usd('2') },
      { model: 'a', high: usd('4') },
    ];
    expect(costTo({ model: 'a' }, purchases)).toBe(usd('5'));
    expect(costTo({ model: null }, purchases)).toBe(usd('7'));
    expect(costTo({ model: 'c' }, purchases)).toBe(0n);
  });

  const shop = { project: 'shop', agent: 'ada' };
  const offered = (model: string, high: string) => ({ model, high: usd(high) });
  it.each<[string, boolean, Partial<Budget>, readonly ReturnType<typeof offered>[]]>([
    ['all that is left', true, {}, [offered('a', '0.45')]],
    ['a nano-dollar more than is left', false, {}, [offered('a', '0.450000001')]],
    ['each of them alone, and not all together', false, {}, [offered('a', '0.3'), offered('a', '0.3')]],
    ['its own model alone', true, { model: 'a' }, [offered('a', '0.1'), offered('a', '0.1')]],
    ['another model too', false, { model: 'a' }, [offered('a', '0.1'), offered('b', '0.1')]],
    ['the project and the agent of the buyer', true, shop, [offered('a', '0.1')]],
    ['another project', false, { project: 'other' }, [offered('a', '0.1')]],
    ['another agent', false, { agent: 'bob' }, [offered('a', '0.1')]],
  ])('that are %s are covered by one: %s', (_, covered, facts, purchases) => {
    const budget = aBudget({ amount: usd('1'), ...facts });
    expect(covers({ ...standing('1', '0.30', '0.25'), budget }, purchases, shop)).toBe(covered);
  });
});

describe('a budget', () => {
  it.each([
    ['$20.00 a day', {}],
    ['$0.50 a run', { per: 'run', amount: usd('0.5') }],
    ['$20.00 a month for m in project p', { per: 'month', model: 'm', project: 'p' }],
    ['$20.00 in total for agent ada', { per: 'total', agent: 'ada' }],
  ] as const)('is described as "%s"', (words, facts) => {
    expect(describeBudget(aBudget(facts))).toBe(words);
  });

  it.each([
    ['amount and zone', { amount: usd('1'), zone: 'Asia/Tokyo' }, true],
    ['period', { per: 'month' }, false],
    ['model', { model: 'm' }, false],
    ['project', { project: 'p' }, false],
    ['agent', { agent: 'ada' }, false],
  ] as const)('with another %s', (_what, facts, same) => {
    expect(sameScope(aBudget(), aBudget(facts))).toBe(same);
  });

  it.each<[string, Partial<Budget>, boolean]>([
    ['everybody', {}, true],
    ['this project', { project: 'shop' }, true],
    ['another project', { project: 'other' }, false],
    ['this agent', { agent: 'ada' }, true],
    ['another agent', { agent: 'bob' }, false],
    ['this agent in another project', { agent: 'ada', project: 'other' }, false],
    ['another agent in this project', { agent: 'bob', project: 'shop' }, false],
  ])('of %s counts what an agent buys in a project', (_, facts, counts) => {
    expect(concerns(aBudget(facts), { project: 'shop', agent: 'ada' })).toBe(counts);
  });

  it.each<[string, Partial<Budget>, number | null]>([
    ['2026-11-23 01:00 Europe/Berlin', { zone: 'Europe/Berlin' }, Date.UTC(2026, 10, 23)],
    ['2026-11-23 00:00 UTC', { zone: 'Foo/Bar' }, Date.UTC(2026, 10, 23)],
    ['with every run', { per: 'run' }, null],
    ['never', { per: 'total' }, null],
  ])('has all of it again %s', (words, facts, until) => {
    const window = until === null ? null : { from: until - 86_400_000, until };
    expect(budgetResets({ budget: aBudget(facts), window })).toBe(words);
  });
});

describe('an agent', () => {
  it.each<[string, Partial<Budget>, boolean]>([
    ['a budget of its own', { agent: 'ada' }, true],
    ['one of its own for all times', { agent: 'ada', per: 'total' }, true],
    ['one of its own in this project', { agent: 'ada', project: 'shop' }, true],
    ['one of its own in another project', { agent: 'ada', project: 'other' }, false],
    // Another model, or another run, would not be bounded.
    ['one of its own for a model', { agent: 'ada', model: 'm' }, false],
    ['one of its own for a run', { agent: 'ada', per: 'run' }, false],
    ['one of another agent', { agent: 'bob' }, false],
    ['one of everybody', {}, false],
  ])('with %s may buy: %s', (_, facts, may) => {
    const refused = withoutAllowance({ project: 'shop', agent: 'ada' }, [aBudget(facts)]);
    expect(refused?.code).toBe(may ? undefined : 'no-allowance');
    expect(isAllowance(aBudget(facts))).toBe(may || facts.agent === 'bob' || facts.project === 'other');
  });

  it('without a budget buys nothing, and a person does', () => {
    expect(withoutAllowance({ project: null, agent: 'ada' }, [])).toMatchObject({
      kind: 'budget',
      charged: 'no',
      hint: expect.stringContaining('--agent ada'),
    });
    expect(withoutAllowance({ project: null, agent: null }, [])).toBeNull();
  });
});

describe('windows', () => {
  it('are those of the calendar of each budget, whatever was asked before', () => {
    const zones = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu'];
    const asked = fc.record({
      per: fc.constantFrom('day' as const, 'month' as const),
      zone: fc.constantFrom(...zones),
      // A few days, so that the same window is asked for again and again.
      at: fc.integer({ min: Date.UTC(2026, 10, 28), max: Date.UTC(2026, 11, 3) }),
    });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 2, maxLength: 12 }), (questions) => {
        const windowOf = windows();
        for (const { per, zone, at } of questions) {
          expect(windowOf(aBudget({ per, zone }), at)).toEqual(calendar(zone).windowAt(at, per));
        }
      }),
    );
  });

  it('begin at their first moment and end at their last, whoever asked before', () => {
    const windowOf = windows();
    const noon = Date.UTC(2026, 10, 28, 12);
    const { from, until } = calendar('UTC').windowAt(noon, 'day');
    for (const at of [noon, until, from - 1, from])
      expect(windowOf(aBudget(), at)).toEqual(calendar('UTC').windowAt(at, 'day'));
  });

  it.each(['run', 'total'] as const)('are none of a budget per %s', (per) => {
    expect(windows()(aBudget({ per }), 0)).toBeNull();
  });

  it.each(['Etc/Unknown', 'Foo/Bar', ''])('are those of UTC for the zone %j, which nobody knows', (zone) => {
    const at = Date.UTC(2026, 10, 28, 23);
    expect(windows()(aBudget({ per: 'day', zone }), at)).toEqual(calendar('UTC').windowAt(at, 'day'));
  });
});

describe('metAt', () => {
  const window = { from: 1_000, until: 11_000 };
  const at = (used: string, now: number, held = '0', facts: Partial<Budget> = {}): number | null =>
    metAt(
      { budget: aBudget({ amount: usd('10'), ...facts }), used: usd(used), held: usd(held), window },
      now,
    );

  it.each<[string, string, number, number | null, string?]>([
    ['in as much time as half of it took', '5', 3_000, 5_000],
    ['what is held counts', '4', 3_000, 5_000, '1'],
    ['never, as nothing was used', '0', 3_000, null],
    ['not before it resets', '1', 3_000, null],
    ['only at the moment that it resets', '5', 6_000, null],
    ['just before', '5', 5_999, 10_998],
    ['now, as all of it is used', '10', 4_000, 4_000],
    ['now, as more than all of it is used', '12', 4_000, 4_000],
  ])('says when a budget is met: %s', (_, used, now, met, held = '0') => {
    expect(at(used, now, held)).toBe(met);
  });

  it('says nothing of a budget without a window', () => {
    const standing = { budget: aBudget({ per: 'run' }), used: usd('5'), held: usd('0'), window: null };
    expect(metAt(standing, 3_000)).toBeNull();
  });

  it('is never in the past, nor after the reset, and comes no later the more is used', () => {
    const cents = fc.bigInt({ min: 0n, max: 1_200n });
    fc.assert(
      fc.property(cents, cents, fc.integer({ min: 1_000, max: 10_999 }), (a, b, now) => {
        const [less, more] = [a < b ? a : b, a < b ? b : a].map((part) =>
          at(toDecimal(nano(part * 10_000_000n)), now),
        );
        const isBetween = (met: number | null | undefined): boolean =>
          met === null || met === undefined || (met >= now && met < window.until);
        return isBetween(less) && isBetween(more) && (more ?? Infinity) <= (less ?? Infinity);
      }),
    );
  });
});
