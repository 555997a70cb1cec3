import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meter, type Charge } from '../../src/sandbox/account/meter.ts';
import { decimal, type Lane } from '../../src/sandbox/account/prices.ts';
import { MODELS } from '../../src/sandbox/models/models.ts';
import type { GeminiModel } from '../../src/sandbox/models/types.ts';
import { asking, generatePath, json, LITE, PRO, running } from './support.ts';

function geminiModel(id: string): GeminiModel {
  const model = MODELS.find((each) => each.id === id);
  if (model?.family === 'gemini') return model;
  throw new Error(`the sandbox has no Gemini model ${id}`);
}

const charged = (id: string, lane: Lane): Charge<GeminiModel> => ({
  method: 'generateContent',
  model: geminiModel(id),
  lane,
  fault: null,
  responseId: null,
});
const usage = { promptText: 0, promptImage: 0, image: 0, rest: 0, thoughts: 0, searches: 0 };

const nano = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
};

describe('the meter', () => {
  it.each([
    [PRO, 'standard', { promptText: 326, image: 2000, rest: 340, thoughts: 337 }, '0.248776'],
    [PRO, 'batch', { promptText: 326, image: 2000, rest: 340, thoughts: 337 }, '0.124388'],
    [PRO, 'flex', { image: 1120 }, '0.0672'],
    [LITE, 'standard', { promptText: 5, image: 1120, rest: 398 }, '0.03419825'],
    [LITE, 'batch', { image: 1120 }, '0.0168'],
    ['gemini-nano-banana-2.1', 'standard', { image: 3780 }, '0.1134'],
    ['gemini-nano-banana-2.1', 'standard', { promptText: 100, promptImage: 560, image: 1680 }, '0.05139'],
    ['gemini-3.1-flash-image', 'standard', { image: 747 }, '0.04482'],
    ['gemini-2.5-flash-image', 'standard', { image: 1290 }, '0.0387'],
    ['gemini-2.5-flash-image', 'priority', { image: 1290 }, '0.06966'],
    [PRO, 'standard', { searches: 3 }, '0.042'],
  ] as const)('charges %s in the lane %s for %o: %s', (model, lane, counts, amount) => {
    const account = meter(() => 0);
    expect(account.chargeTokens(charged(model, lane), { ...usage, ...counts })).toBe(amount);
    expect(account.account().total).toBe(amount);
  });

  it('has a total that is the sum of its lines, to the nano-dollar', () => {
    const counts = fc.record({
      promptText: fc.nat(200_000),
      promptImage: fc.nat(20_000),
      image: fc.nat(20_000),
      rest: fc.nat(700),
      thoughts: fc.nat(900),
      searches: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 5 }), (charges) => {
        const account = meter(() => 0);
        for (const each of charges) account.chargeTokens(charged(LITE, 'batch'), each);
        const { requests, total } = account.account();
        const lines = requests.flatMap((row) => row.lines);
        expect(lines.reduce((sum, line) => sum + nano(line.amount), 0n)).toBe(nano(total));
        for (const line of lines) expect(nano(line.amount)).toBe(nano(line.rate) * BigInt(line.quantity));
      }),
    );
  });

  it('writes amounts exactly', () => {
    expect([0n, 1n, 250n, 33_600_000n, 1_000_000_000n, 10_000_000_000n].map(decimal)).toEqual([
      '0',
      '0.000000001',
      '0.00000025',
      '0.0336',
      '1',
      '10',
    ]);
  });

  it('forgets old rows, never the total', () => {
    const account = meter(() => 0);
    const charge = charged(LITE, 'standard');
    for (let index = 0; index < 25_000; index++) {
      account.chargeTokens(charge, { ...usage, image: 1 });
    }
    const { requests, dropped, ...counts } = account.account();
    expect([requests.length, dropped, counts.charged, counts.total]).toEqual([
      10_000,
      15_000,
      25_000,
      '0.75',
    ]);
    expect(requests.map(({ serial }) => serial)).toEqual(Array.from(requests, (_, index) => 15_001 + index));
  });

  it('is read over HTTP, line by line', async () => {
    await using sandbox = await running();
    const { responseId, usageMetadata } = await json(await sandbox.post(generatePath(LITE), asking('a cat')));
    const account = await json(await fetch(`${sandbox.url}/sandbox/meter`));
    expect(account).toEqual(sandbox.meter());
    expect(account.requests).toHaveLength(1);
    expect(account.requests[0]).toMatchObject({
      serial: 1,
      at: '2026-11-22T12:00:00.000Z',
      method: 'generateContent',
      model: LITE,
      lane: 'standard',
      fault: null,
      responseId,
    });
    expect(account.requests[0].lines).toEqual([
      { meter: 'text input', quantity: 2, rate: '0.00000025', amount: '0.0000005' },
      { meter: 'image output', quantity: 1120, rate: '0.00003', amount: '0.0336' },
      {
        meter: 'text output',
        quantity: usageMetadata.candidatesTokenCount - 1120,
        rate: '0.0000015',
        amount: expect.any(String),
      },
    ]);
  });
});
