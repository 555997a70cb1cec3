import { expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { PIXEL, pictureAnswer } from '../../support/answers.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { emulator, onceReceived, type Play } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

/** An answer of which so many bytes are missing. */
const without =
  (missing: number): Play =>
  (response) => {
    const body = Buffer.from(JSON.stringify(pictureAnswer()));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.subarray(0, -missing), () => onceReceived(() => response.destroy()));
  };

async function sent(play: Play) {
  await using google = await emulator(play);
  const { images } = googleClient(providerAt(google.baseUrl, 'AIzaSecret'), {
    clock: fakeClock('2026-11-22T12:00:00Z'),
  });
  const { body } = await images.send(anOrder('gemini-3-pro-image'), sendOptions());
  return images.read(body, 'generateContent');
}

it('is taken although its last bytes are missing, without the usage that may be half of it', async () => {
  expect(await sent(without(5))).toMatchObject({ images: [{ bytes: PIXEL }], usage: null });
});

it('may have been charged where the picture itself is cut off', async () => {
  const missing = JSON.stringify(pictureAnswer()).length - 100;
  expect(await rejection(sent(without(missing)))).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
});
