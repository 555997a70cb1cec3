import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { place } from './place.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const PRO = 'gemini-3-pro-image';

interface Document {
  readonly outcome: string;
  readonly model: string;
  readonly cost: { readonly amount: string; readonly charged: string };
  readonly images: readonly { readonly path: string }[];
  readonly steps: readonly { readonly model: string; readonly why: string; readonly outcome: string }[];
}

/** One command line against a sandbox whose requests meet these faults in turn; every request is metered there. */
async function faced(faults: string, ...flags: readonly string[]) {
  await using here = await place({ faults });
  const ran = await here.run(['a cat', '--concurrency', '1', '--retries', '0', '--json', ...flags]);
  const document = ran.json<Document>();
  const steps = document.steps.map(({ model, why, outcome }) => [model, why, outcome]);
  const meter = here.sandbox.meter();
  return { code: ran.code, stderr: ran.stderr, document, steps, meter, files: await readdir(here.dir) };
}

describe('second chances, over the wire', () => {
  it('brings the picture after a refusal by chance, and both are on the bill', async () => {
    const { code, document, steps, meter, files } = await faced('IMAGE_RECITATION', '-o', 'cat.jpg');
    expect(steps).toEqual([
      [LITE, 'first', 'refused'],
      [LITE, 'refused', 'ok'],
    ]);
    expect([code, files]).toEqual([0, ['cat.jpg']]);
    expect(meter).toMatchObject({ total: document.cost.amount });
  });

  it('brings the missing pictures from another model after a refusal and an outage', async () => {
    const { code, document, steps, meter, files } = await faced(
      'ok,IMAGE_SAFETY,ok,503,ok',
      '-n',
      '3',
      '-o',
      'cat-{n}.jpg',
      '--fallback',
      'nano-banana-2.1,nano-banana-pro',
    );
    expect(steps).toEqual([
      [LITE, 'first', 'partial'],
      ['gemini-nano-banana-2.1', 'fallback', 'unavailable'],
      [PRO, 'fallback', 'ok'],
    ]);
    expect([code, files.toSorted()]).toEqual([0, ['cat-1.jpg', 'cat-2.jpg', 'cat-3.jpg']]);
    expect(meter).toMatchObject({ total: document.cost.amount });
  });

  it('goes to another model when Google has the first no more, and when it has a quota for the day', async () => {
    const { code, steps } = await faced('404,429-day', '--fallback', 'nano-banana-2.1,nano-banana-pro');
    expect(steps).toEqual([
      [LITE, 'first', 'unavailable-model'],
      ['gemini-nano-banana-2.1', 'fallback', 'rate-limited'],
      [PRO, 'fallback', 'ok'],
    ]);
    expect(code).toBe(0);
  });

  it('does not repeat what may have been charged, unless told to', async () => {
    const careful = await faced('reset-after', '--fallback', 'nano-banana-pro');
    expect([careful.code, careful.steps]).toEqual([8, [[LITE, 'first', 'unconfirmed']]]);
    expect(careful.meter).toMatchObject({ charged: 1 });

    const told = await faced('reset-after', '--retry-unconfirmed', '-o', 'cat.jpg');
    expect([told.code, told.files, told.document.cost.charged]).toEqual([0, ['cat.jpg'], 'unknown']);
    expect(told.meter).toMatchObject({ charged: 2 });
  });

  it('leaves the refusal standing when --max-cost has no room for another model', async () => {
    const { code, document, stderr } = await faced(
      'IMAGE_SAFETY',
      '--fallback',
      'nano-banana-pro',
      '--max-cost',
      '0.05',
    );
    expect([code, document.outcome, document.steps.length]).toEqual([5, 'refused', 1]);
    expect(stderr).toMatch(/nano-banana-pro is not asked: --max-cost \$0\.05 has \$0\.0\d+ left/);
  });
});
