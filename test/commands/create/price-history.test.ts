import { describe, expect, it } from 'vitest';
import { ENOUGH_BILLS } from '../../../src/core/pricing/price-history.ts';
import { world, type World } from '../../support/fakes/deps.ts';

interface Document {
  readonly quote: { readonly low: string; readonly expected: string; readonly high: string };
}

const LITE = ['-m', 'gemini-3.1-flash-lite-image'];

/** A world in which so many pictures were bought. */
async function after(pictures: number): Promise<World> {
  const all = world();
  expect((await all.pixtab('a dog', ...LITE, '-n', String(pictures))).code).toBe(0);
  return all;
}

async function buy({ pixtab }: World) {
  const { stdout, stderr } = await pixtab('a cat', ...LITE, '-o', 'cat.jpg', '--json');
  const { quote } = JSON.parse(stdout) as Document;
  return { quote, stderr };
}

describe('bills of one’s own', () => {
  it('move what is expected once there are enough of them, and nothing else', async () => {
    const few = await buy(await after(ENOUGH_BILLS - 1));
    const many = await buy(await after(ENOUGH_BILLS));
    expect(few.stderr).not.toContain('bills of this model');
    expect(many.stderr).toContain(`as in your last ${ENOUGH_BILLS} bills of this model`);
    expect(many.quote.expected).not.toBe(few.quote.expected);
    expect([many.quote.low, many.quote.high]).toEqual([few.quote.low, few.quote.high]);
  });

  it('are what the hold of a request expects too', async () => {
    const all = await after(ENOUGH_BILLS);
    const { quote } = await buy(all);
    const [receipt] = JSON.parse((await all.pixtab('receipt', 'cat.jpg', '--json')).stdout).receipts as {
      readonly quote: Document['quote'];
    }[];
    expect(receipt?.quote).toMatchObject({ expected: quote.expected, high: quote.high });
  });

  it('are looked at by estimate only when asked', async () => {
    const all = await after(ENOUGH_BILLS);
    const { quote } = await buy(all);
    const expected = async (...flags: string[]): Promise<unknown> => {
      const { stdout } = await all.pixtab('estimate', 'a cat', ...LITE, '--json', ...flags);
      return (JSON.parse(stdout) as { quotes: { expected: string }[] }).quotes[0]?.expected;
    };
    expect(await expected('--history')).toBe(quote.expected);
    expect(await expected()).not.toBe(quote.expected);
    const none = world({ deps: { books: () => Promise.reject(new Error('it opened the books')) } });
    expect((await none.pixtab('estimate', 'a cat')).code).toBe(0);
  });
});
