import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../src/adapters/google/client.ts';
import { uploadingInputs } from '../../src/adapters/send/upload-inputs.ts';
import type { InputImage } from '../../src/core/order/order.ts';
import { LIGHT_BYTES } from '../../src/core/order/uploads.ts';
import type { ImageApi } from '../../src/ports/index.ts';
import { sendOptions } from '../support/api.contract.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { anOrder } from '../support/pricing.ts';
import { json, KEY, LITE, pngHead, running, testClock } from './support.ts';
import type { Running } from './support.ts';
import { SANDBOX } from '../../src/core/providers/sandbox.ts';
import { providerAt } from '../support/provider.ts';

const picture = (bytes: number): InputImage => ({
  name: 'photo.png',
  mimeType: 'image/png',
  bytes: Buffer.concat([pngHead(900, 600), Buffer.alloc(bytes)]),
  width: 900,
  height: 600,
});

/** pixtab's own way to a sandbox, with something between the uploads and the request. */
function line(sandbox: Running, between: (api: ImageApi) => ImageApi = (api) => api): ImageApi {
  const provider = providerAt(sandbox.url, KEY, SANDBOX);
  return uploadingInputs(between(googleClient(provider, { clock: testClock() }).images), {
    files: googleClient(provider, { clock: fakeClock(testClock().now()) }).files,
    lightBytes: LIGHT_BYTES,
    clock: testClock(),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    onUpload: () => {},
  });
}

const namesAt = async (sandbox: Running): Promise<readonly string[]> =>
  ((await json(await sandbox.get('/v1beta/files'))).files ?? []).map(({ name }: { name: string }) => name);

describe('a picture that goes ahead as a file', () => {
  it('counts what it counts inside the request', async () => {
    await using sandbox = await running();
    const api = line(sandbox);
    const inputOf = async (bytes: number): Promise<number | null | undefined> => {
      const order = anOrder(LITE, { inputs: [picture(bytes)] });
      return api.read((await api.send(order, sendOptions())).body, order.model.wire).usage?.promptImage;
    };
    const inside = await inputOf(100);
    expect(await namesAt(sandbox)).toEqual([]);
    expect(await inputOf(16_000_000)).toBe(inside);
    expect(inside).toBeGreaterThan(0);
    expect(await namesAt(sandbox)).toHaveLength(1);
  });

  it('is uploaded again when somebody deleted it before the request arrived, which is charged once', async () => {
    await using sandbox = await running();
    let deleted = 0;
    const api = line(sandbox, (inner) => ({
      ...inner,
      async send(order, options) {
        if (deleted === 0) {
          const [name = ''] = await namesAt(sandbox);
          const headers = { 'x-goog-api-key': KEY };
          await fetch(`${sandbox.url}/v1beta/${name}`, { method: 'DELETE', headers });
          deleted += 1;
        }
        return inner.send(order, options);
      },
    }));
    const order = anOrder(LITE, { inputs: [picture(16_000_000)] });
    expect((await api.send(order, sendOptions())).status).toBe(200);
    expect(sandbox.log.filter((line) => line.includes(':generateContent'))).toHaveLength(2);
    expect(sandbox.meter().charged).toBe(1);
    expect(await namesAt(sandbox)).toHaveLength(1);
  });
});
