import { describe, expect, it } from 'vitest';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';
import { Failure, type FailureDetail, type FailureKind } from '../../../src/core/errors.ts';
import { GATEWAYS } from '../../../src/core/providers/gateways.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Profile } from '../../../src/core/providers/profile.ts';
import { sellerOf } from '../../../src/core/providers/sold-by.ts';
import type { Endpoint } from '../../../src/ports/index.ts';
import { aPicture, world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const named = (name: string): Profile => GATEWAYS.find((gateway) => gateway.name === name) ?? GOOGLE;

const endpoint = (name: string): Endpoint => ({
  profile: named(name),
  credentials: async () => keyCredentials({ value: `key-of-${name}`, from: 'a test' }),
  baseUrl: { value: `https://${name}.example`, from: `gateway ${name}` },
  pictureHosts: [],
});

/** What each gateway does with every request. */
type Answers = Readonly<Record<string, object | Failure>>;

const failed = (kind: FailureKind, detail: FailureDetail = {}): Failure =>
  new Failure(kind, `It was ${kind}.`, detail);
const PICTURE = aPicture();

/** One picture, asked of these gateways in their order. */
async function asked(names: readonly string[], answers: Answers, ...flags: readonly string[]) {
  const [first = 'google', ...further] = names;
  const script: WorldOptions['script'] = Array.from({ length: 20 }, () => async ({ model }) => {
    return answers[sellerOf(model)] ?? PICTURE;
  });
  const made = world({ script, settings: { ...endpoint(first), further: further.map(endpoint) } });
  const model = flags.includes('-m') ? [] : ['-m', 'nano-banana-2-lite'];
  const ran = await made.pixtab('a cat', '--json', ...model, ...flags);
  const document = JSON.parse(ran.stdout);
  return {
    ...ran,
    document,
    asked: made.api.sent.map(({ model }) => sellerOf(model)),
    kept: Array.from(made.store.attempts.values(), ({ plan, state }) => [plan.gateway, state]),
  };
}

describe('several gateways', () => {
  it.each<readonly [string, Failure]>([
    ['has no credit', failed('auth')],
    ['has reached its cap', failed('budget')],
    ['takes no more requests', failed('rate-limited')],
    ['is out of order, for nothing', failed('unavailable', { charged: 'no' })],
    ['does not sell the model', failed('unavailable-model')],
  ])('are asked in turn where one %s', async (_, failure) => {
    const bought = await asked(['laozhang', 'openrouter', 'google'], {
      laozhang: failure,
      openrouter: failure,
    });
    expect([bought.code, bought.asked]).toEqual([0, ['laozhang', 'openrouter', 'google']]);
    expect(bought.kept).toEqual([
      ['laozhang', 'released'],
      ['openrouter', 'released'],
      ['google', 'saved'],
    ]);
    expect(bought.document.steps).toMatchObject([
      { gateway: 'laozhang', why: 'first', delivered: 0 },
      { gateway: 'openrouter', why: 'gateway', delivered: 0 },
      { gateway: 'google', why: 'gateway', delivered: 1 },
    ]);
    expect(bought.stderr).toContain(`openrouter is asked for Nano Banana 2 Lite: 1 image, at most`);
    expect(bought.stderr).toContain(`laozhang: It was ${failure.kind}.`);
  });

  it('are priced each by itself', async () => {
    const bought = await asked(['laozhang', 'google'], { laozhang: failed('rate-limited') });
    const [first, second] = bought.document.steps;
    expect([first.cost.amount, bought.document.quote.expected]).toEqual(['0', '0.025']);
    expect(second.cost).toMatchObject({ basis: 'metered', amount: expect.stringMatching(/^0\.03/) });
  });

  it('are left alone after what may have been charged', async () => {
    const bought = await asked(['laozhang', 'google'], { laozhang: failed('unconfirmed') });
    expect([bought.code, bought.asked]).toEqual([8, ['laozhang']]);
  });

  it('are asked after what may have been charged where that is allowed', async () => {
    const answers = { laozhang: failed('unconfirmed') };
    const bought = await asked(['laozhang', 'google'], answers, '--retry-unconfirmed');
    expect([bought.code, bought.asked]).toEqual([0, ['laozhang', 'google']]);
    expect(bought.document.cost.charged).toBe('unknown');
  });

  it('are passed over where they cannot do the order', async () => {
    const bought = await asked(
      ['google', 'openrouter', 'cloudflare'],
      { google: failed('unavailable', { charged: 'no' }) },
      '-m',
      'nano-banana-pro',
      '--lane',
      'flex',
    );
    expect([bought.code, bought.asked]).toEqual([0, ['google', 'cloudflare']]);
    expect(bought.stderr).toContain('openrouter is not asked: OpenRouter has no lane flex.');
  });

  it('stay within --max-cost together', async () => {
    const answers = { laozhang: failed('rate-limited') };
    const bought = await asked(['laozhang', 'google'], answers, '--max-cost', '0.03');
    expect([bought.code, bought.asked]).toEqual([7, ['laozhang']]);
    expect(bought.stderr).toContain('google is not asked: ');
  });

  it('bar one account, and not the rest of a run', async () => {
    const answers = { laozhang: failed('auth') };
    const bought = await asked(['laozhang', 'google'], answers, '-n', '3', '--concurrency', '1');
    expect([bought.code, bought.asked]).toEqual([0, ['laozhang', 'google', 'google', 'google']]);
  });
});

const BASE64 = Buffer.from(fakePicture('jpeg', 1024, 1024)).toString('base64');

describe('a gateway without prices of its own', () => {
  it('is quoted at Google’s list, which is said, and its bill is an estimate', async () => {
    const { document, stderr } = await asked(['openrouter'], {});
    const said = /These are Google's list prices: what openrouter charges is not known/;
    expect(stderr).toMatch(said);
    expect(document.warnings).toContainEqual(expect.stringMatching(said));
    expect(document.quote.lines[0]).toMatchObject({ platform: 'google' });
    expect(document.cost).toMatchObject({ basis: 'estimated', charged: 'yes' });
  });

  it.each(['google', 'laozhang'])('is none that is known, or Google: %s', async (name) => {
    expect((await asked([name], {})).stderr).not.toContain("Google's list prices");
  });

  it('is billed at what it states', async () => {
    const answer = {
      choices: [{ message: { images: [{ image_url: { url: `data:image/png;base64,${BASE64}` } }] } }],
      usage: { prompt_tokens: 7, completion_tokens: 1200, total_tokens: 1207, cost: 0.0387 },
    };
    const { document, code } = await asked(['openrouter'], { openrouter: answer });
    expect(code).toBe(0);
    expect(document.cost).toEqual({
      amount: '0.0387',
      currency: 'USD',
      basis: 'stated',
      charged: 'yes',
      lines: [{ meter: 'charge', quantity: 1, unit: 'request', rate: '0.0387', per: 1, amount: '0.0387' }],
    });
  });
});
