import { describe, expect, it } from 'vitest';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import type { Profile } from '../../../src/core/providers/profile.ts';
import { world } from '../../support/fakes/deps.ts';
import { refusalAnswer } from '../../support/answers.ts';

const FREE = 'Unable to show the generated image. You will not be charged for this request.';

/** Runs commands against a relay that is not Google. */
const relayed = (changes: Partial<Profile>, options: Parameters<typeof world>[0] = {}) =>
  world({ ...options, settings: { profile: { ...GOOGLE, title: 'The relay', ...changes } } });

describe('a provider', () => {
  it('without a batch lane is asked for no job, and nothing is held', async () => {
    const { pixtab, store, google } = relayed({ can: { ...GOOGLE.can, batch: false } });
    const { code, stderr } = await pixtab('a cat', '--lane', 'batch');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The relay has no batch lane.'),
    });
    expect([store.attempts.size, google.jobs.size, google.uploads.length]).toEqual([0, 0, 0]);
  });

  it('without predict sells no Imagen, and nothing is held', async () => {
    const { pixtab, api, store } = relayed({ can: { ...GOOGLE.can, predict: false } });
    const { code, stderr } = await pixtab('a cat', '-m', 'imagen-4-fast', '--allow-retired');
    expect({ code, stderr }).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('The relay does not sell Imagen 4 Fast.'),
    });
    expect([api.sent.length, store.attempts.size]).toEqual([0, 0]);
  });

  it('that charges for refusals is booked so, whatever the answer promises', async () => {
    const bought = async (refusals: 'as-said' | 'charged') => {
      const script = [refusalAnswer('IMAGE_SAFETY', FREE)];
      const { stdout } = await relayed({ charges: { refusals } }, { script }).pixtab('a cat', '--json');
      return JSON.parse(stdout).cost;
    };
    expect(await bought('as-said')).toMatchObject({ charged: 'no', amount: '0' });
    expect(await bought('charged')).toMatchObject({
      charged: 'yes',
      amount: expect.stringMatching(/^0\.0\d+$/),
    });
  });
});

describe('--sandbox', () => {
  it.each([
    [false, 2, 0],
    [true, 0, 1],
  ])('at an address where a sandbox answers: %s', async (answers, code, sent) => {
    const settings = {
      sandbox: true,
      profile: SANDBOX,
      baseUrl: { value: 'https://google.example', from: 'PIXTAB_BASE_URL' },
    } as const;
    const { pixtab, api, store } = world({ settings, deps: { isSandbox: async () => answers } });
    const ran = await pixtab('a cat');
    expect([ran.code, api.sent.length, store.attempts.size]).toEqual([code, sent, sent]);
    expect(ran.stderr.includes('no sandbox answers at https://google.example')).toBe(!answers);
  });
});
