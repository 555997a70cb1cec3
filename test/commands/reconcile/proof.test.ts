import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skuOf } from '../../../src/sandbox/account/invoice.ts';
import { buyFor, shop, type Shop } from './shop.ts';

/** More with PIXTAB_PURCHASES=2000: what is bought of all models and lanes, in batches of twenty, each from a seed of its own. */
const PURCHASES = Number(process.env['PIXTAB_PURCHASES'] ?? 60);
const EACH = 20;
const SEEDS = Array.from({ length: Math.ceil(PURCHASES / EACH) }, (_, index) => index + 1);

const MODELS = [
  'gemini-nano-banana-2.1',
  'gemini-3.1-flash-lite-image',
  'gemini-3-pro-image',
  'gemini-3.1-flash-image',
  'gemini-2.5-flash-image',
  'imagen-4.0-fast-generate-001',
];
const LANES = { now: 'standard', flex: 'flex', batch: 'batch', priority: 'priority' } as const;

/** A user's file that says what the sandbox's SKUs count. */
async function skusIn(place: Shop): Promise<string> {
  const counted = {
    'text input': [],
    'image input': [],
    'image output': [],
    'text output': ['thinking'],
    image: [],
  };
  const skus = MODELS.flatMap((model) =>
    Object.entries(LANES).flatMap(([lane, theirs]) =>
      Object.entries(counted).map(([meter, more]) => ({
        description: skuOf(model, theirs, meter),
        model,
        lane,
        meters: [meter, ...more],
      })),
    ),
  );
  const path = join(place.dir, 'skus.json');
  const seen = new Set<string>();
  const once = skus.filter(({ description }) => !seen.has(description) && seen.add(description));
  await writeFile(path, JSON.stringify({ schema: 'pixtab.skus/1', checked: '2026-11-01', skus: once }));
  return path;
}

interface Day {
  readonly day: string;
  readonly model: string;
  readonly meter: string;
  readonly verdict: string;
  readonly invoice: object | null;
  readonly pictures: number | null;
}

async function reconciled(place: Shop, file: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await place.pixtab(
    'reconcile',
    file,
    '--skus',
    await skusIn(place),
    '--json',
    ...flags,
  );
  return { code, stderr, ...JSON.parse(stdout) };
}

const wrong = (days: readonly Day[]): readonly Day[] =>
  days.filter(({ verdict }) => !['agrees', 'within', 'not-billed-yet'].includes(verdict));

describe.each(SEEDS)('what was bought from seed %i', (seed) => {
  it('is found on the invoice as it was charged, and what differs is found', async () => {
    await using place = await shop(seed);
    const bought = await buyFor(place, EACH, seed);
    const last = place.clock.now();
    place.clock.advance(3 * 86_400_000);

    // As it was charged, in every shape, with corrections and however it is rounded: no false alarm.
    for (const file of [
      await place.invoice('report.csv', `corrections=3&seed=${seed}`),
      await place.invoice('export.jsonl', `corrections=3&rounding=9&seed=${seed}`),
      await place.invoice('cents.csv', 'rounding=4'),
    ]) {
      const report = await reconciled(place, file);
      expect([wrong(report.days), report.unmatched.invoice, report.code, report.stderr]).toEqual([
        [],
        [],
        0,
        '',
      ]);
      for (const { attemptId, charged } of bought.lost) {
        const settled = report.settleable.find((one: { attemptId: string }) => one.attemptId === attemptId);
        // What was held on the last day, and not charged, may be on no day of the invoice.
        const might = charged ? ['undecided', 'charged'] : ['undecided', 'not-charged', undefined];
        expect(might).toContain(settled?.verdict);
      }
    }

    // Somebody else's pictures, all of them.
    const strangers = await reconciled(
      place,
      await place.invoice('strangers.csv', `strangers=2&seed=${seed}`),
    );
    expect(strangers.code).toBe(12);
    expect(wrong(strangers.days).some(({ verdict }) => verdict === 'invoice-only')).toBe(true);

    // Charges that never came.
    const lost = await reconciled(place, await place.invoice('lost.csv', `lost=1&seed=${seed}`));
    const isLost = wrong(lost.days).some(({ verdict }) => verdict === 'ledger-only');
    const isForgiven = lost.settleable.some(({ verdict }: { verdict: string }) => verdict !== 'charged');
    expect(isLost || isForgiven).toBe(true);

    // Another price of pictures.
    const dearer = await reconciled(place, await place.invoice('dearer.csv', 'price=110&rounding=9'));
    const priced = dearer.days.filter(
      ({ meter, invoice }: Day) => meter === 'image output' && invoice !== null,
    );
    expect(priced.every(({ verdict }: Day) => verdict === 'price-differs')).toBe(true);

    // A day that is not billed yet is no difference.
    const now = place.clock.now();
    place.clock.advance(last + 3_600_000 - now);
    const early = await reconciled(place, await place.invoice('early.csv', 'lag=20'));
    expect([wrong(early.days), early.code]).toEqual([[], 0]);
  });
});
