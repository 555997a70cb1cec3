import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PageStart } from '../../../src/core/page/types.ts';
import { sum, times, usd } from '../../../src/core/pricing/money.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world, type WorldOptions } from '../../support/fakes/deps.ts';

const DAY = 86_400_000;

/** Three models on three days, one of them without a purchase, and a refusal. */
async function shop(options: WorldOptions = {}) {
  const all = world({ script: [aPicture(), aPicture(), refusalAnswer(), aPicture()], ...options });
  await all.pixtab('budget', 'set', '1/day');
  await all.pixtab('budget', 'set', '2/total', '--agent', 'claude');
  await all.pixtab('a cat', '--project', 'shop');
  await all.pixtab('a cat', '-m', 'nano-banana-pro', '--project', 'web');
  all.clock.advance(2 * DAY);
  await all.pixtab('a dog', '--refusal-retries', '0', '--project', 'shop');
  await all.pixtab('a cat', '-m', 'nano-banana-2');
  all.clock.advance(DAY / 8);
  const page = (path: string): string => Buffer.from(all.pictureFiles.files.get(path) ?? '').toString();
  return { ...all, page };
}

const startIn = (html: string): PageStart =>
  JSON.parse(/<script type="application\/json" id="start">(.*?)<\/script>/s.exec(html)?.[1] ?? '');

describe('spend --html', () => {
  it('writes a page of one file beside what it prints', async () => {
    const { pixtab, page } = await shop();
    const { code, stdout, stderr } = await pixtab('spend', '--html', 'spending.html');
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('2026-11-22'),
      expect.stringContaining('page   spending.html'),
    ]);
    expect(page('spending.html')).not.toMatch(/(?:src|href)="(?!data:,)/);
  });

  it('lets that page run its own script alone', async () => {
    const { pixtab, page } = await shop({
      deps: { pageAssets: async () => ({ script: 'say("</script>")', style: 'b{}' }) },
    });
    await pixtab('spend', '--html', 'spending.html');
    const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(page('spending.html')) ?? [];
    expect(script).toBe(String.raw`say("<\/script>")`);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page('spending.html')).toContain(`script-src 'sha256-${hash}';`);
    expect(page('spending.html')).toContain(
      `style-src 'sha256-${createHash('sha256').update('b{}').digest('base64')}'`,
    );
  });

  it('has every day from the first to the last, stacked by model and by project', async () => {
    const { pixtab, page } = await shop();
    await pixtab('spend', '--html', 'a.html');
    const { spending, source, sandbox } = startIn(page('a.html'));
    expect([source, sandbox]).toEqual(['none', false]);
    expect(spending).toMatchObject({ step: 'day', periods: ['2026-11-22', '2026-11-23', '2026-11-24'] });
    const { byModel = [], byProject = [], total } = spending ?? {};
    expect(byModel.map(({ name }) => name)).toEqual([
      'nano-banana-pro',
      'nano-banana-2',
      'nano-banana-2-lite',
    ]);
    expect(byProject.map(({ name }) => name)).toEqual(['web', 'shop', '(none)']);
    expect(byModel[0]?.amounts.map((amount) => amount !== '0')).toEqual([true, false, false]);
    for (const series of [byModel, byProject])
      expect(sum(series.map((one) => sum(one.amounts.map(usd))))).toBe(usd(total?.settled ?? ''));
  });

  it('says of each budget what is left, and when it is met at this rate', async () => {
    const { pixtab, page } = await shop();
    await pixtab('spend', '--html', 'a.html');
    const { budgets = [] } = startIn(page('a.html')).spending ?? {};
    expect(budgets).toMatchObject([
      { name: '$1.00 a day', resets: '2026-11-25 00:00 UTC', met: 'not before it resets' },
      { resets: 'never', met: null },
    ]);
    expect(usd(budgets[0]?.left ?? '')).toBe(usd('1') - usd(budgets[0]?.used ?? ''));
    await pixtab('budget', 'set', '0.10/day');
    await pixtab('spend', '--html', 'b.html');
    // 0.0674 in fifteen hours.
    const daily = startIn(page('b.html')).spending?.budgets.find(({ name }) => name === '$0.10 a day');
    expect(daily?.met).toMatch(/^2026-11-24 \d\d:\d\d UTC$/);
  });

  it('compares quotes with bills, and counts refusals and what they cost', async () => {
    const { pixtab, page } = await shop();
    await pixtab('spend', '--html', 'a.html');
    const { accuracy = [], refusals } = startIn(page('a.html')).spending ?? {};
    expect(accuracy.map(({ alias, bills }) => [alias, bills])).toContainEqual(['nano-banana-pro', 1]);
    expect(refusals).toMatchObject([{ reason: 'IMAGE_SAFETY', requests: 1 }]);
  });

  it('says what the batch lane saved, against the prices of the same day', async () => {
    const { pixtab, page, google } = await shop();
    google.endsAtOnce();
    expect((await pixtab('a fish', '-n', '2', '--lane', 'batch')).code).toBe(0);
    await pixtab('spend', '--html', 'a.html');
    const batch = startIn(page('a.html')).spending?.batch;
    expect(batch).toMatchObject({ requests: 2, unknown: 0 });
    expect(usd(batch?.now ?? '')).toBe(times(usd(batch?.paid ?? ''), 2));
  });

  it('goes by weeks and months where there would be too many days', async () => {
    const { pixtab, page, clock } = await shop();
    clock.advance(400 * DAY);
    await pixtab('a cat', '--allow-retired');
    await pixtab('spend', '--html', 'weeks.html');
    const weeks = startIn(page('weeks.html')).spending;
    expect([weeks?.step, weeks?.periods[1], weeks?.periods.length]).toEqual(['week', '2026-11-23', 59]);
    clock.advance(2300 * DAY);
    await pixtab('a cat', '--allow-retired');
    await pixtab('spend', '--html', 'months.html');
    const months = startIn(page('months.html')).spending;
    expect([months?.step, months?.periods.slice(0, 3)]).toEqual(['month', ['2026-11', '2026-12', '2027-01']]);
  });

  it('marks money of the sandbox', async () => {
    const { pixtab, page } = await shop({ settings: { sandbox: true } });
    await pixtab('spend', '--html', 'a.html');
    expect(startIn(page('a.html')).sandbox).toBe(true);
  });

  it('takes the filters, and says so', async () => {
    const { pixtab, page } = await shop();
    await pixtab('spend', '--html', 'a.html', '--project', 'web', '--since', '2026-11-22');
    expect(startIn(page('a.html')).spending).toMatchObject({
      about: 'project web, since 2026-11-22',
      total: { requests: 1 },
    });
  });

  it('writes over nothing unless --force', async () => {
    const { pixtab } = await shop();
    await pixtab('spend', '--html', 'a.html');
    const again = await pixtab('spend', '--html', 'a.html');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--html a.html exists.')]);
    expect((await pixtab('spend', '--html', 'a.html', '--force')).code).toBe(0);
  });
});
