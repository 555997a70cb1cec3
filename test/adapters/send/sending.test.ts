import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sending } from '../../../src/adapters/send/sending.ts';
import type { Capabilities } from '../../../src/core/providers/profile.ts';
import type { InputImage, Order } from '../../../src/core/order/order.ts';
import type { Client } from '../../../src/ports/index.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { rejection } from '../../support/failure.ts';
import { fakeApi } from '../../support/fakes/api.ts';
import { fakeBatches } from '../../support/fakes/batches.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

const ALL: Capabilities = { files: true, batch: true, predict: true, tiers: true, search: true };

/** A client over fakes, of a provider that lacks something. */
function lacking(lacks: Partial<Capabilities>) {
  const clock = fakeClock();
  const api = fakeApi();
  const google = fakeBatches(clock);
  const client: Client = {
    images: api,
    files: google.files,
    batches: google.batches,
    models: async () => ({ models: [], serverTime: null }),
    tries: async () => {},
  };
  const can = { ...ALL, ...lacks };
  const provider = providerAt('https://relay.example', 'AIza-fake', { title: 'The relay', can });
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return { api, google, client: sending(client, provider, {}, { clock, sha256 }) };
}

const picture = (bytes: number): InputImage => ({
  name: 'photo.png',
  mimeType: 'image/png',
  bytes: new Uint8Array(bytes),
  width: 4000,
  height: 3000,
});

const LITE = 'gemini-3.1-flash-lite-image';
const withPicture = (bytes: number): Order => anOrder(LITE, { inputs: [picture(bytes)] });
const HEAVY = 18_000_000;
const TOO_LARGE = 120_000_000;

describe('a client', () => {
  it.each<[string, Partial<Capabilities>, Order, string]>([
    ['predict', { predict: false }, anOrder('imagen-4.0-generate-001'), 'unavailable-model'],
    ['files', { files: false }, withPicture(TOO_LARGE), 'usage'],
  ])('without %s shows and sends nothing that would need it', async (_, lacks, order, kind) => {
    const { client, api, google } = lacking(lacks);
    for (const work of [client.images.preview(order), client.images.send(order, sendOptions())]) {
      const refused = await rejection(work);
      expect(refused).toMatchObject({ kind, charged: 'no' });
      expect(refused.message).toContain('The relay');
    }
    expect([api.sent, google.uploads]).toEqual([[], []]);
  });

  it('without files lets a picture travel inside its request that would have gone ahead', async () => {
    const without = lacking({ files: false });
    await without.client.images.send(withPicture(HEAVY), sendOptions());
    expect(without.api.sent.map(({ inputs }) => inputs[0]?.uri)).toEqual([undefined]);
    const { client, api } = lacking({});
    await client.images.send(withPicture(HEAVY), sendOptions());
    expect(api.sent.map(({ inputs }) => inputs[0]?.uri)).toEqual([expect.stringContaining('files/')]);
  });

  it('without a batch lane makes no job and asks for none', async () => {
    const { client, google } = lacking({ batch: false });
    const { signal } = new AbortController();
    const { batches } = client;
    const order = anOrder(LITE, { lane: 'batch' });
    const works = [
      batches.preview(order),
      batches.compose(order),
      batches.create({ model: LITE, displayName: 'x', file: 'files/x' }, signal),
      batches.find('x', signal),
      batches.get('batches/x', signal),
      batches.cancel('batches/x', signal),
    ];
    for (const work of works) {
      expect(await rejection(work)).toMatchObject({
        kind: 'usage',
        charged: 'no',
        message: 'The relay has no batch lane.',
      });
    }
    expect(google.jobs.size).toBe(0);
  });

  it('with everything sends what it is asked for', async () => {
    const { client, api } = lacking({});
    await client.images.send(anOrder('imagen-4.0-generate-001'), sendOptions());
    await client.batches.compose(anOrder(LITE, { lane: 'batch' }));
    expect(api.sent).toHaveLength(1);
  });
});
