import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';
import { tempDir } from '../../support/tempdir.ts';
import { shop, type Shop } from './shop.ts';

const TITLES =
  'Date,Service description,SKU description,SKU ID,Usage amount,Usage unit,Unrounded subtotal ($)';
const PRO = 'Generate_content image output token count for Gemini 3 Pro Image';

/** Two pictures of Nano Banana Pro on October 4, and one on October 5. */
async function bought(): Promise<Shop> {
  const place = await shop();
  for (const [name, days] of [
    ['a', 1],
    ['b', 0],
    ['c', 1],
  ] as const) {
    place.clock.advance(days * 86_400_000);
    await place.pixtab(
      'generate',
      'a harbour',
      '-m',
      'nano-banana-pro',
      '-o',
      join(place.dir, `${name}.jpg`),
      '--yes',
    );
  }
  place.clock.advance(5 * 86_400_000);
  return place;
}

const row = (day: string, tokens: string, dollars: string, sku = PRO): string =>
  `${day},Gemini API,${sku},,"${tokens}",count,${dollars}`;

async function reconciled(place: Shop, rows: readonly string[], ...flags: readonly string[]) {
  const file = join(place.dir, 'invoice.csv');
  await writeFile(file, [TITLES, ...rows, ''].join('\n'));
  return place.pixtab('reconcile', file, ...flags);
}

const pictures = (days: readonly { meter: string }[]) => days.filter(({ meter }) => meter === 'image output');

describe('reconcile', () => {
  it('is content where the invoice has what the ledger paid for', async () => {
    await using place = await bought();
    const rows = [row('2026-10-04', '2,240', '0.268800'), row('2026-10-05', '1,120', '0.134400')];
    const { code, stdout } = await reconciled(place, rows, '--json');
    const { days, totals, outcome } = JSON.parse(stdout);
    expect([code, outcome]).toEqual([0, 'ok']);
    expect(pictures(days)).toMatchObject([
      {
        day: '2026-10-04',
        verdict: 'agrees',
        ledger: { quantity: 2240, amount: '0.2688' },
        invoice: { quantity: 2240 },
      },
      {
        day: '2026-10-05',
        verdict: 'agrees',
        ledger: { quantity: 1120 },
        invoice: { quantity: 1120, amount: '0.1344' },
      },
    ]);
    expect(totals.invoice).toBe('0.4032');
  });

  it('is a part of the page about spending on the days of the invoice', async () => {
    await using place = await bought();
    const page = join(place.dir, 'page.html');
    const rows = [row('2026-10-04', '3,360', '0.403200'), row('2026-10-05', '1,120', '0.134400')];
    const { code, stderr } = await reconciled(place, rows, '--html', page);
    expect([code, stderr]).toEqual([12, expect.stringContaining(`page   ${page}`)]);
    const html = await readFile(page, 'utf8');
    const { spending } = JSON.parse(/id="start">(.*?)<\/script>/s.exec(html)?.[1] ?? '');
    expect(spending).toMatchObject({
      about: 'the days of the invoice, 2026-10-04 to 2026-10-05',
      periods: ['2026-10-04', '2026-10-05'],
      reconcile: { isAgreed: false, invoices: [expect.stringContaining('invoice.csv')] },
    });
    const { rows: compared, notes } = spending.reconcile;
    expect(pictures(compared)).toMatchObject([
      { day: '2026-10-04', verdict: 'invoice only', disagrees: true, ledger: { quantity: 2240 } },
      { day: '2026-10-05', verdict: 'agrees', disagrees: false, invoice: { amount: '0.1344' } },
    ]);
    expect(notes.join(' ')).toContain('1 picture more than this ledger knows');
  });

  it('counts nothing as in order that is not on the invoice', async () => {
    await using place = await bought();
    const page = join(place.dir, 'page.html');
    const rows = [row('2026-10-04', '2,240', '0.268800'), row('2026-10-05', '0', '0')];
    place.clock.advance(-5 * 86_400_000);
    const { code, stdout } = await reconciled(place, rows, '--html', page);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: 1 line of 6 in order, 5 not billed yet\. Ledger/);
    const { spending } = JSON.parse(
      /id="start">(.*?)<\/script>/s.exec(await readFile(page, 'utf8'))?.[1] ?? '',
    );
    expect(pictures(spending.reconcile.rows)).toMatchObject([
      { day: '2026-10-04', disagrees: false, isUncompared: false },
      { day: '2026-10-05', disagrees: false, isUncompared: true },
    ]);
    place.clock.advance(5 * 86_400_000);
    const later = await reconciled(place, [rows[0] ?? '', row('2026-10-05', '1,120', '0.134400')]);
    expect(later.stdout).toMatch(/: 2 lines of 6 in order, 4 with no SKU known\. Ledger/);
  });

  it('says how many pictures are the invoice’s alone, or the ledger’s', async () => {
    await using place = await bought();
    const { code, stdout } = await reconciled(place, [
      row('2026-10-04', '5,600', '0.672'),
      row('2026-10-05', '0', '0.000000'),
    ]);
    expect(code).toBe(12);
    expect(stdout).toContain(
      '2026-10-04 nano-banana-pro, lane now, image output: 3 pictures more than this ledger knows: another user, machine or ledger.',
    );
    expect(stdout).toContain(
      '2026-10-05 nano-banana-pro, lane now, image output: 1 picture fewer than this ledger paid for.',
    );
  });

  it('names the row of the catalogue whose price differs, and since when, and proposes another', async () => {
    await using place = await bought();
    const proposal = join(place.dir, 'prices.json');
    const rows = [row('2026-10-04', '2,240', '0.268800'), row('2026-10-05', '1,120', '0.145600')];
    const { code, stdout, stderr } = await reconciled(place, rows, '--propose', proposal);
    expect(code).toBe(12);
    expect(stdout).toMatch(
      /Price of image output, gemini-3-pro-image, lane now: \$130\.00 for 1M since 2026-10-05, on 1 day; the catalogue says \$120\.00 \(https:.*, checked 2026-10-09\)\./,
    );
    expect(stderr).toContain('look at it');
    expect(JSON.parse(await readFile(proposal, 'utf8'))).toMatchObject({
      schema: 'pixtab.prices/1',
      prices: [
        { model: 'gemini-3-pro-image', lane: 'now', from: '2026-10-05', perMillion: { imageOutput: '130' } },
      ],
    });
    // What was proposed can be used as it is.
    const again = await reconciled(place, rows, '--prices', proposal, '--json');
    expect(JSON.parse(again.stdout).prices).toEqual([]);
    expect((await reconciled(place, rows, '--propose', proposal)).stderr).toContain(
      `--propose ${proposal} exists.`,
    );
  });

  it('shows an unknown SKU, and what its words say, as somebody would write it into a file', async () => {
    await using place = await bought();
    const sku = 'Generate_content image output token count for Gemini 3 Pro Image batch';
    const { code, stdout } = await reconciled(
      place,
      [
        row('2026-10-04', '2,240', '0.2688'),
        row('2026-10-05', '1,120', '0.1344'),
        row('2026-10-05', '1,120', '0.0672', sku),
      ],
      '--json',
    );
    const { unmatched } = JSON.parse(stdout);
    expect(code).toBe(12);
    expect(unmatched.invoice).toMatchObject([
      {
        sku,
        quantity: 1120,
        amount: '0.0672',
        proposal: { description: sku, model: 'gemini-3-pro-image', lane: 'batch', meters: ['image output'] },
      },
    ]);
  });

  it('has no quarrel with text models, other services and taxes', async () => {
    await using place = await bought();
    const { code, stdout } = await reconciled(place, [
      row('2026-10-04', '2,240', '0.2688'),
      row('2026-10-05', '1,120', '0.1344'),
      row('2026-10-05', '99,000', '1.25', 'Generate content output token count gemini 3 flash text'),
      '2026-10-05,Cloud Storage,Standard Storage US,,1.5,gibibyte month,0.26',
      '2026-10-05,Tax,,,,,0.31',
    ]);
    expect(code).toBe(0);
    // Where there is no table, nothing stands before the sentences.
    expect(stdout).toMatch(/^2026-/);
    expect(stdout).toContain('Besides, the invoice has other models $1.25, other services $0.57.');
  });

  it('takes a bound from a SKU that counts text models too', async () => {
    await using place = await bought();
    const sku = 'Generate_content text output token count for gemini 3 pro short';
    const rows = [row('2026-10-04', '2,240', '0.2688'), row('2026-10-05', '1,120', '0.1344')];
    const verdicts = async (tokens: string) => {
      const { stdout } = await reconciled(place, [...rows, row('2026-10-04', tokens, '0.1', sku)], '--json');
      return JSON.parse(stdout).days.filter(
        ({ meter, day }: { meter: string; day: string }) =>
          meter.startsWith('text output') && day === '2026-10-04',
      );
    };
    expect(await verdicts('50,000')).toMatchObject([{ verdict: 'within' }]);
    expect(await verdicts('5')).toMatchObject([{ verdict: 'ledger-only' }]);
  });

  it('writes down with --settle what the invoice proves, with the evidence', async () => {
    await using place = await bought();
    const charged = await place.killed('gemini-3-pro-image', '1K', true);
    place.clock.advance(86_400_000);
    const free = await place.killed('gemini-3-pro-image', '1K', false);
    place.clock.advance(5 * 86_400_000);
    const file = await place.invoice('report.csv');
    const before = JSON.parse((await place.pixtab('spend', '--json')).stdout).total;
    expect(before.unconfirmedRequests).toBe(2);
    const { stderr, stdout } = await place.pixtab('reconcile', file, '--settle', '--json');
    expect(JSON.parse(stdout).settleable).toMatchObject([
      { attemptId: charged, verdict: 'charged' },
      { attemptId: free, verdict: 'not-charged' },
    ]);
    expect(stderr).toContain('settled 1 request as charged, 1 as not charged.');
    const { total } = JSON.parse((await place.pixtab('spend', '--json')).stdout);
    expect(total).toMatchObject({ unconfirmed: '0', unconfirmedRequests: 0, requests: 4 });
    const receipt = await place.pixtab('receipt', charged);
    expect(receipt.stdout).toMatch(/pixtab reconcile .*The invoice has the picture of 1120 tokens more/);
    // Once it is settled, nothing is left to settle, and all agrees.
    const again = JSON.parse((await place.pixtab('reconcile', file, '--json')).stdout);
    expect([
      again.settleable,
      pictures(again.days).every((day) => 'verdict' in day && day.verdict === 'agrees'),
    ]).toEqual([[], true]);
  });

  it('leaves to recover what an answer says that waits in the journal', async () => {
    await using place = await bought();
    const attemptId = await place.killed('gemini-3-pro-image', '1K', false);
    place.clock.advance(5 * 86_400_000);
    // Counted before its answer is there, as where a journal comes back from another disk.
    await place.pixtab('spend');
    const journal = join(place.dir, 'home', 'state', 'sandbox', 'journal');
    await mkdir(journal, { recursive: true });
    await writeFile(join(journal, `${attemptId}.answer`), '{}');
    const { stderr } = await place.pixtab('reconcile', await place.invoice('report.csv'), '--settle');
    expect(stderr).toContain('settled 0 requests as charged, 0 as not charged.');
    expect(stderr).toContain('1 request with an answer here');
  });

  it('prints one document although the proposal cannot be written', async () => {
    await using place = await bought();
    const rows = [row('2026-10-04', '2,240', '0.268800'), row('2026-10-05', '1,120', '0.145600')];
    const proposal = join(place.dir, 'invoice.csv', 'prices.json');
    const { code, stdout } = await reconciled(place, rows, '--propose', proposal, '--json');
    const { exitCode, outcome, days } = JSON.parse(stdout);
    expect([code, outcome, days]).toEqual([exitCode, 'disk', []]);
  });

  it('decides nothing where the SKU is not known', async () => {
    await using place = await bought();
    await place.killed('gemini-nano-banana-2.1', '1K', true);
    place.clock.advance(5 * 86_400_000);
    const { stdout } = await place.pixtab('reconcile', await place.invoice('report.csv'), '--json');
    expect(JSON.parse(stdout).settleable).toMatchObject([{ verdict: 'undecided' }]);
  });

  it('settles nothing as charged where somebody else buys the same', async () => {
    await using place = await bought();
    await place.killed('gemini-3-pro-image', '1K', false);
    place.clock.advance(5 * 86_400_000);
    // The other one's picture looks like the lost one, and on another day more are theirs.
    const rows = [
      row('2026-10-04', '4,480', '0.5376'),
      row('2026-10-05', '1,120', '0.1344'),
      row('2026-10-10', '1,120', '0.1344'),
    ];
    const { stdout } = await reconciled(place, rows, '--json');
    expect(JSON.parse(stdout).settleable).toMatchObject([{ verdict: 'perhaps-charged' }]);
  });

  it('finds out how drafts and refusals were billed', async () => {
    await using place = await shop();
    for (let day = 0; day < 6; day += 1) {
      place.clock.advance(86_400_000);
      for (const fault of ['drafts=2', 'IMAGE_SAFETY', '']) {
        place.sandbox.control.setFaults(fault);
        const out = join(place.dir, `${day}${fault.slice(0, 2)}.jpg`);
        await place.pixtab(
          'generate',
          'a harbour',
          '-m',
          'nano-banana-pro',
          '-o',
          out,
          '--yes',
          '--refusal-retries',
          '0',
        );
      }
    }
    place.clock.advance(5 * 86_400_000);
    const skus = join(place.dir, 'skus.json');
    const text = (kind: string, ...meters: readonly string[]) => ({
      description: `Generate_content ${kind} token count for Gemini 3 Pro Image`,
      model: 'nano-banana-pro',
      meters,
    });
    const all = [text('text output', 'text output', 'thinking'), text('text input', 'text input')];
    await writeFile(skus, JSON.stringify({ schema: 'pixtab.skus/1', checked: '2026-10-01', skus: all }));
    const findings = async (query: string) => {
      const { stdout } = await place.pixtab(
        'reconcile',
        await place.invoice(`${query}.csv`, query),
        '--skus',
        skus,
        '--json',
      );
      const found = JSON.parse(stdout).findings as readonly {
        question: string;
        answer: string;
        sure: string;
      }[];
      return Object.fromEntries(found.map(({ question, answer, sure }) => [question, `${answer} (${sure})`]));
    };
    expect(await findings('')).toEqual({
      drafts: 'charged (high)',
      remainder: 'as-text (high)',
      refusals: 'charged (high)',
    });
    expect((await findings('drafts=free'))['drafts']).toBe('free (high)');
    expect((await findings('refusals=free'))['refusals']).toBe('free (high)');
    expect((await findings('remainder=free'))['remainder']).toBe('not-as-text (high)');
    expect((await findings('remainder=image'))['remainder']).toBe('as-picture (high)');
  });

  it('reads several ledgers as one, and counts what is in two of them once', async () => {
    await using here = await bought();
    await using there = await bought();
    const rows = [row('2026-10-04', '4,480', '0.537600'), row('2026-10-05', '2,240', '0.268800')];
    const folder = (place: Shop) => join(place.dir, 'home', 'state', 'sandbox');
    expect((await reconciled(here, rows, '--ledger', folder(there))).code).toBe(0);
    expect((await reconciled(here, rows, '--ledger', folder(there), '--ledger', folder(here))).code).toBe(0);
    expect((await reconciled(here, rows)).code).toBe(12);
  });

  it('narrows the invoice to a project, a label and days', async () => {
    await using place = await bought();
    const file = join(place.dir, 'export.jsonl');
    const line = (day: string, project: string, team: string, amount: number) =>
      JSON.stringify({
        service: { id: 'AEFD-7695-64FA', description: 'Gemini API' },
        sku: { id: '096D-0370-0236', description: PRO },
        usage_start_time: `${day}T20:00:00Z`,
        project: { id: project },
        labels: [{ key: 'team', value: team }],
        usage: { amount, unit: 'count' },
        cost: (amount * 120) / 1e6,
        currency: 'USD',
        credits: [],
      });
    const lines = [
      line('2026-10-04', 'web', 'a', 2240),
      line('2026-10-04', 'other', 'b', 1120),
      line('2026-10-05', 'web', 'a', 1120),
    ];
    await writeFile(file, gzipSync(lines.join('\n')));
    const code = async (...flags: readonly string[]) =>
      (await place.pixtab('reconcile', file, ...flags)).code;
    expect(await code()).toBe(12);
    expect(await code('--project', 'web')).toBe(0);
    expect(await code('--label', 'team=a')).toBe(0);
    expect(await code('--label', 'team=b')).toBe(12);
    expect(await code('--since', '2026-10-05')).toBe(0);
    expect(await code('--until', '2026-10-04')).toBe(12);
  });

  it('adds up an invoice in months where it has no days', async () => {
    await using place = await bought();
    const file = join(place.dir, 'months.csv');
    await writeFile(
      file,
      `Month,SKU description,Usage amount,Unrounded subtotal (€)\n2026-10,${PRO},"3,360","0.373333"\n`,
    );
    const { stdout, code } = await place.pixtab('reconcile', file, '--json', '--rate', 'EUR=1.08');
    expect(code).toBe(0);
    expect(pictures(JSON.parse(stdout).days)).toMatchObject([{ day: '2026-10', verdict: 'agrees' }]);
    // A part of a month cannot be told from the whole of it.
    const part = await place.pixtab('reconcile', file, '--rate', 'EUR=1.08', '--until', '2026-10-30');
    expect([part.code, part.stderr]).toEqual([
      2,
      expect.stringContaining('The invoice has no line with a day.'),
    ]);
  });

  it.each([
    [
      '--csv',
      /^day,model,lane,meter,ledgerQuantity,invoiceQuantity,ledgerAmount,invoiceAmount,verdict,why\n/,
    ],
    ['--markdown', /^\| day \| model \| lane \| meter \| ledger \| invoice \|/],
    ['--all', /^day +model +lane +meter +ledger +invoice/],
  ])('prints a table with %s', async (flag, titles) => {
    await using place = await bought();
    const { stdout } = await reconciled(place, [row('2026-10-04', '1,120', '0.1344')], flag);
    expect(stdout).toMatch(titles);
  });

  it('takes the later of two reports for one day, and says so', async () => {
    await using place = await bought();
    const [old, fresh] = ['old.csv', 'new.csv'].map((name) => join(place.dir, name)) as [string, string];
    await writeFile(
      old,
      `${TITLES}\n${row('2026-10-04', '1,120', '0.1344')}\n${row('2026-10-05', '1,120', '0.1344')}\n`,
    );
    await writeFile(fresh, `${TITLES}\n${row('2026-10-04', '2,240', '0.2688')}\n`);
    const { code, stderr } = await place.pixtab('reconcile', old, fresh);
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 day is in more than one report')]);
  });
});

describe('an invoice that cannot be compared', () => {
  it.each([
    ['of other days', `${TITLES}\n${row('2024-01-01', '1', '1')}\n`, [], 'they have no day in common'],
    ['that is a letter', 'Dear customer\n', [], 'is no invoice'],
    ['of AWS', 'lineItem/UsageAccountId,lineItem/UnblendedCost\n1,2\n', [], 'is an invoice of AWS'],
    [
      'grouped by service',
      'Date,Service description,Subtotal ($)\n2026-10-04,Gemini API,1\n',
      [],
      'has no column "SKU description"',
    ],
    [
      'in euros',
      `${TITLES.replace('$', '€')}\n${row('2026-10-04', '1', '1')}\n`,
      [],
      'is in EUR, and what that is in dollars is not known',
    ],
    [
      'without projects',
      `${TITLES}\n${row('2026-10-04', '1', '1')}\n`,
      ['--project', 'web'],
      'says nothing of projects, so --project cannot narrow it',
    ],
    [
      'without labels',
      `${TITLES}\n${row('2026-10-04', '1', '1')}\n`,
      ['--label', 'a'],
      'says nothing of labels, so --label cannot narrow it',
    ],
    [
      'with a broken number',
      `${TITLES}\n${row('2026-10-04', 'many', '1')}\n`,
      [],
      'line 2: "many" is no number',
    ],
    ['with a wrong rate', TITLES, ['--rate', 'EUR'], '--rate takes a currency'],
    ['with an unknown ledger', TITLES, ['--ledger', '/nowhere'], '--ledger /nowhere: there is no ledger'],
    ['with a wrong file of SKUs', TITLES, ['--skus', '/nowhere.json'], '--skus /nowhere.json cannot be read'],
    ['in two layouts', TITLES, ['--json', '--csv'], 'are two ways to print the same'],
    [
      'backwards',
      TITLES,
      ['--since', '2026-10-05', '--until', '2026-10-04'],
      '--since is later than --until',
    ],
  ])('%s ends with one sentence and exit 2', async (_, content, flags, message) => {
    await using dir = await tempDir();
    const file = dir.at('invoice.csv');
    await writeFile(file, content);
    const { pixtab } = world();
    await pixtab('a cat', '-o', 'a.jpg');
    const { code, stderr } = await pixtab('reconcile', file, ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr.split('\n').filter((line) => line.startsWith('pixtab:'))).toHaveLength(1);
  });

  it('as two kinds for one day is refused, because both together would count it twice', async () => {
    await using dir = await tempDir();
    const [report, lines] = [dir.at('report.csv'), dir.at('export.csv')];
    await writeFile(report, `${TITLES}\n${row('2026-10-04', '1', '1')}\n`);
    await writeFile(
      lines,
      'sku.id,sku.description,usage_start_time,usage.amount,cost,currency\n096D-0370-0236,x,2026-10-04T20:00:00Z,1,1,USD\n',
    );
    const { code, stderr } = await world().pixtab('reconcile', report, lines);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('both hold 2026-10-04, as report and export.'),
    ]);
  });
});
