import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { sum, toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { brokenRules } from '../../core/pricing/focus-rules.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';

const A_DAY = 86_400_000;

/** Two pictures one day, one unconfirmed and one of another model the next. */
async function shop(deps: NonNullable<Parameters<typeof world>[0]>['deps'] = {}) {
  const lost = new Failure('unconfirmed', 'The connection broke.');
  const all = world({ deps, script: [aPicture('a'), aPicture('b'), lost] });
  await all.pixtab('a cat', '-o', 'a.jpg');
  await all.pixtab('a cat', '-o', 'b.jpg');
  all.clock.advance(A_DAY);
  await all.pixtab('a cat', '-o', 'c.jpg');
  await all.pixtab('a cat', '-o', 'd.jpg', '-m', 'nano-banana-pro');
  const bills = [...all.store.attempts.values()].map(({ bill }) => bill?.amount ?? (0n as never));
  return { ...all, bills, expected: [...all.store.attempts.values()][2]?.plan.expected ?? (0n as never) };
}

describe('spend', () => {
  it('shows what was spent day by day, with what is unconfirmed apart', async () => {
    const { pixtab } = await shop();
    const { code, stdout, stderr } = await pixtab('spend');
    expect(code).toBe(0);
    const [titles, ...rows] = stdout.split('\n');
    expect(titles).toMatch(/^day +spent +unconfirmed +images$/);
    expect(rows.map((row) => row.split(/ +/)[0])).toEqual(['2026-11-22', '2026-11-23', 'total']);
    expect(rows[1]).toMatch(/\$0\.13\d+ +\$0\.03\d+ +1$/);
    expect(stderr).toContain('Times are those of UTC.');
  });

  it('adds up to what the ledger settled, to the nano-dollar', async () => {
    const { pixtab, bills, expected } = await shop();
    for (const by of ['hour', 'day', 'week', 'month', 'model', 'project', 'label', 'lane', 'run']) {
      const { rows, total } = JSON.parse((await pixtab('spend', '--by', by, '--json')).stdout);
      expect(total).toMatchObject({
        settled: toDecimal(sum(bills)),
        unconfirmed: toDecimal(expected),
        images: 3,
      });
      expect(rows.reduce((count: number, row: { requests: number }) => count + row.requests, 0)).toBe(3);
    }
  });

  it('narrows to days in the user’s time zone, both ends included', async () => {
    const { pixtab } = await shop({ zone: () => 'Pacific/Auckland' });
    const images = async (...argv: readonly string[]) =>
      JSON.parse((await pixtab('spend', '--json', ...argv)).stdout).total.images;
    // Noon UTC is one in the morning of the next day there.
    expect(await images('--since', '2026-11-23', '--until', '2026-11-23')).toBe(2);
    expect(await images('--until', '2026-11-22')).toBe(0);
    expect(await images('--until', '2026-11-22', '--utc')).toBe(2);
    expect(await images('--since', '2026-11-24')).toBe(1);
  });

  it('narrows to a model by any of its names', async () => {
    const { pixtab } = await shop();
    const { rows } = JSON.parse(
      (await pixtab('spend', '--by', 'model', '-m', 'nano-banana-pro', '--json')).stdout,
    );
    expect(rows).toMatchObject([{ key: 'gemini-3-pro-image', requests: 1 }]);
  });

  it('makes a table for a spreadsheet', async () => {
    const { pixtab, bills } = await shop();
    const { stdout } = await pixtab('spend', '--by', 'month', '--csv');
    const [titles, row] = stdout.split('\n');
    expect(titles).toBe('month,settled,unconfirmed,held,requests,unconfirmedRequests,images,sandbox');
    expect(row).toContain(`2026-11,${toDecimal(sum(bills))},`);
  });

  it('compares quotes with bills', async () => {
    const { pixtab } = await shop();
    const { stdout } = await pixtab('spend', '--accuracy');
    expect(stdout.split('\n')[0]).toMatch(/^model +bills +quoted +billed +bias +inside +worst$/);
    expect(stdout).toMatch(/nano-banana-2-lite +2 .*%/);
    const { accuracy } = JSON.parse((await pixtab('spend', '--accuracy', '--json')).stdout);
    expect(accuracy[0]).toMatchObject({ model: 'gemini-3.1-flash-lite-image', bills: 2 });
  });

  it('is not narrowed by the preferred model of purchases', async () => {
    const { pixtab } = world({ settings: { defaults: { model: 'nano-banana-pro', lane: 'flex' } } });
    await pixtab('a cat', '-m', 'auto', '--lane', 'now');
    expect(JSON.parse((await pixtab('spend', '--json')).stdout).total.requests).toBe(1);
  });

  it('tells refusals apart by their reason, and leaves all else out', async () => {
    const { pixtab } = world({ script: [refusalAnswer(), aPicture('a')] });
    await pixtab('a cat', '-o', 'a.jpg');
    await pixtab('a cat', '-o', 'b.jpg');
    const { rows, total } = JSON.parse((await pixtab('spend', '--by', 'refusal', '--json')).stdout);
    expect(rows).toMatchObject([{ key: 'IMAGE_SAFETY', requests: 1, images: 0 }]);
    expect(total).toMatchObject({ requests: 1 });
  });

  it('has a column for what waiting jobs hold', async () => {
    const { pixtab } = await shop();
    await pixtab('a cat', '-n', '3', '--lane', 'batch');
    const { stdout, stderr } = await pixtab('spend', '--by', 'lane');
    expect(stdout.split('\n')[0]).toMatch(/^lane +spent +unconfirmed +held +images$/);
    expect(stdout).toMatch(/^batch +\$0\.00 +\$0\.00 +\$0\.05\d* +0$/m);
    expect(stderr).toContain('requests and jobs under way may cost');
  });

  it('makes a table for a pull request', async () => {
    const { pixtab } = await shop();
    const { stdout } = await pixtab('spend', '--by', 'model', '--markdown');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '| model | spent | unconfirmed | images |',
      '| --- | --: | --: | --: |',
    ]);
    expect(stdout).toMatch(/^\| nano-banana-2-lite \| \$0/m);
  });

  it('marks the money of the sandbox, and its hints', async () => {
    const { pixtab } = world({ settings: { sandbox: true }, script: [new Failure('unconfirmed', 'Lost.')] });
    const { stderr } = await pixtab('a cat', '--sandbox');
    expect(stderr).toMatch(/pixtab settle --sandbox \S{8} --charged/);
    await pixtab('a cat', '-o', 'a.jpg', '--sandbox');
    for (const layout of [[], ['--markdown']]) {
      expect((await pixtab('spend', ...layout)).stdout.split('\n')[0]).toContain('spent (sandbox)');
    }
    expect(JSON.parse((await pixtab('spend', '--json')).stdout)).toMatchObject({ sandbox: true });
    expect((await pixtab('spend', '--csv')).stdout).toMatch(/,true$/);
    expect((await pixtab('history', '--sandbox')).stderr).toContain('pixtab history --sandbox <id>');
  });

  it.each([
    [['-m', 'imagen-4'], 'Nothing was ever bought of Imagen 4.'],
    [['--since', '2026-11-25'], 'Nothing that these filters leave was spent in that time.'],
    [['--lane', 'flex'], 'Nothing that these filters leave was spent.'],
  ])('with %j says what there is nothing of, and not $0.00', async (flags, said) => {
    const { pixtab } = await shop();
    const { code, stdout, stderr } = await pixtab('spend', ...flags);
    expect([code, stdout, stderr]).toEqual([0, '', expect.stringContaining(said)]);
    expect(JSON.parse((await pixtab('spend', '--json', ...flags)).stdout).warnings).toEqual([said]);
  });

  it('shows the latest of a time and the dearest of anything else', async () => {
    const { pixtab } = await shop();
    const keys = async (by: string) =>
      JSON.parse((await pixtab('spend', '--json', '-n', '1', '--by', by)).stdout).rows.map(
        ({ key }: { key: string }) => key,
      );
    expect(await keys('day')).toEqual(['2026-11-23']);
    expect(await keys('model')).toEqual(['gemini-3-pro-image']);
  });

  it.each([
    ['--since', 'soon'],
    ['--since', '2026-11-23', '--until', '2026-11-22'],
    ['--by', 'colour'],
    ['-m', 'no-such-model'],
    ['--json', '--csv'],
    ['--csv', '--markdown'],
    ['--project', 'nowhere'],
  ])('refuses %s %s as a usage error', async (...argv) => {
    expect((await world().pixtab('spend', ...argv)).code).toBe(2);
  });
});

describe('every line of every bill', () => {
  const amountsIn = (csv: string, column: string): bigint => {
    const [titles = '', ...rows] = csv.split('\n');
    const at = titles.split(',').indexOf(column);
    const cellsOf = (row: string): readonly string[] =>
      [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => cell);
    return rows.reduce((sum, row) => sum + usd(cellsOf(row)[at] ?? ''), 0n);
  };

  it('comes to what the ledger settled, to the nano-dollar, in every export', async () => {
    const { pixtab, bills } = await shop();
    const settled = sum(bills);
    const { total } = JSON.parse((await pixtab('spend', '--json')).stdout);
    expect(usd(total.settled)).toBe(settled);
    expect(amountsIn((await pixtab('spend', '--csv')).stdout, 'settled')).toBe(settled);
    expect(amountsIn((await pixtab('spend', '--csv', '--lines')).stdout, 'amount')).toBe(settled);
    expect(amountsIn((await pixtab('spend', '--focus')).stdout, 'BilledCost')).toBe(settled);
  });

  it('says what has no bill', async () => {
    const { pixtab } = await shop();
    const { stderr } = await pixtab('spend', '--focus');
    expect(stderr).toMatch(
      /1 request that may have been charged, \$0\.03\d+ as expected, has no bill and no row here\./,
    );
  });

  it('is valid FOCUS 1.2', async () => {
    const { pixtab } = await shop();
    const [titles = '', ...lines] = (
      await pixtab('spend', '--focus', '--billing-account', '0123')
    ).stdout.split('\n');
    const rows = lines.map((line) => {
      const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
        cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
      );
      return Object.fromEntries(titles.split(',').map((title, at) => [title, cells[at] || null]));
    });
    expect(rows.length).toBeGreaterThan(3);
    expect(brokenRules(rows)).toEqual([]);
  });

  it.each([
    [['--focus', '--csv'], '--focus is a table of its own'],
    [['--lines'], '--lines is for --csv'],
    [['--billing-account', '1'], '--billing-account is for --focus.'],
  ])('is refused as %j', async (flags, message) => {
    const { code, stderr } = await world().pixtab('spend', ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
