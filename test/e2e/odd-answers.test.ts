import { describe, expect, it } from 'vitest';
import { nano, toDecimal } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { emulator } from '../support/emulator.ts';
import { FORMS, ODD_ANSWERS, USAGES, WRAPPERS } from '../support/odd-answers.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { workplace } from './pixtab.ts';

const MODEL = 'gemini-3.1-flash-lite-image';
const [forms, usages, wrappers] = [Object.keys(FORMS), Object.keys(USAGES), Object.keys(WRAPPERS)];

/** Every form with this report of usage; what is wrapped around them goes round. */
const answersWith = (usage: string): readonly string[] =>
  ODD_ANSWERS.filter((odd) => {
    const place = forms.indexOf(odd.form) + usages.indexOf(usage);
    return odd.usage === usage && wrappers.indexOf(odd.wrapper) === place % wrappers.length;
  }).map(({ body }) => body);

interface Document {
  readonly images: readonly unknown[];
}

describe('a budget', () => {
  it.each(usages)('holds against pictures in every form, where usage says: %s', async (usage) => {
    const bodies = answersWith(usage);
    const half = bodies.length / 2;
    expect(bodies).toHaveLength(forms.length);
    await using google = await emulator(...bodies.map((body) => ({ body })));
    await using here = await workplace({
      settings: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: 'AIza-key' },
    });
    const buy = (count: number) =>
      here.run(['a cat', '-m', MODEL, '-n', String(count), '-o', 'out/', '--json', '--yes']);

    // One more is refused if all that came are booked, and would be bought if one of them were not.
    const { low, high } = quote(anOrder(MODEL), TODAY);
    const budget = toDecimal(nano(low * BigInt(bodies.length) + high - low / 2n));
    await here.run(['budget', 'set', `${budget}/day`]);
    const bought = [await buy(half), await buy(half)];
    expect(bought.map(({ code, stderr }) => ({ code, stderr }))).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(bought.map((ran) => ran.json<Document>().images.length)).toEqual([half, half]);
    expect((await buy(1)).code).toBe(4);
    expect(google.requests).toHaveLength(bodies.length);
  });
});
