import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { uploadingInputs } from '../../../src/adapters/send/upload-inputs.ts';
import { LIGHT_BYTES } from '../../../src/core/order/uploads.ts';
import { Failure } from '../../../src/core/errors.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import type { InputImage } from '../../../src/core/order/order.ts';
import type { SendOptions, Upload } from '../../../src/ports/index.ts';
import { fakeApi, type Scripted } from '../../support/fakes/api.ts';
import { fakeBatches } from '../../support/fakes/batches.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { rejection } from '../../support/failure.ts';
import { anOrder } from '../../support/pricing.ts';

const HOUR = 3_600_000;
const LOST = new Failure('unavailable', 'It is gone.', { charged: 'no', lost: true });

const large = (fill: number, name = 'large.png'): InputImage => ({
  name,
  mimeType: 'image/png',
  bytes: new Uint8Array(16_000_000).fill(fill),
  width: 4000,
  height: 3000,
});
const SMALL: InputImage = { ...large(1, 'small.png'), bytes: new Uint8Array([1]) };
const BIG = large(2);
const order = (...inputs: readonly InputImage[]) => anOrder('gemini-3.1-flash-lite-image', { inputs });

/** A line to the fakes, by one process. */
function line(...script: readonly Scripted[]) {
  const clock = fakeClock();
  const api = fakeApi(...script);
  const google = fakeBatches(clock);
  const told: Upload[] = [];
  const retried: Error[] = [];
  const open = () =>
    uploadingInputs(api, {
      files: google.files,
      lightBytes: LIGHT_BYTES,
      clock,
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      onUpload: (upload) => void told.push(upload),
    });
  const options = (changes: Partial<SendOptions> = {}): SendOptions => ({
    signal: new AbortController().signal,
    stop: new AbortController().signal,
    timeoutMs: 1000,
    retries: 0,
    retryBudgetMs: 0,
    cost: usd('0.03'),
    beforeSend: async () => {},
    onRetry: async (failure) => void retried.push(failure),
    ...changes,
  });
  const uris = () => api.sent.map(({ inputs }) => inputs.map(({ uri }) => uri));
  return { api, google, clock, told, retried, open, options, uris, shipped: open() };
}

describe('a request with large pictures', () => {
  it('refers to them where they are; the small ones travel inside', async () => {
    const { shipped, options, uris, google, told } = line();
    await shipped.send(order(BIG, SMALL), options());
    const [name] = google.stored.keys();
    expect(uris()).toEqual([[`https://google.example/${name}`, undefined]]);
    expect(told).toEqual([{ name: 'large.png', bytes: 16_000_000, isNew: true }]);
    expect(google.stored.get(name ?? '')?.mimeType).toBe('image/png');
  });

  it('goes as it is when it is light, and asks the Files API nothing', async () => {
    const { shipped, options, uris, google } = line();
    google.refuseUpload(new Failure('bug', 'asked'));
    await shipped.send(order(SMALL), options());
    expect(uris()).toEqual([[undefined]]);
  });

  it('uploads a picture once, however many requests show it at the same time', async () => {
    const { shipped, options, google, told, uris } = line();
    const copy = { ...BIG, bytes: Uint8Array.from(BIG.bytes) };
    await Promise.all([order(BIG), order(BIG), order(copy)].map((one) => shipped.send(one, options())));
    expect(google.uploads).toEqual(['large.png']);
    expect(told).toHaveLength(1);
    expect(new Set(uris().flat()).size).toBe(1);
  });

  it('uploads what one request after the other shows, once they would be heavy together', async () => {
    const { shipped, options, uris } = line();
    const common = { ...large(3), bytes: new Uint8Array(4_000_000).fill(3) };
    for (let n = 0; n < 5; n++) {
      const again = { ...common, bytes: Uint8Array.from(common.bytes) };
      await shipped.send(order(again, SMALL), options());
    }
    expect(uris().map(([uri]) => uri === undefined)).toEqual([true, true, true, false, false]);
    expect(uris().every(([, uri]) => uri === undefined)).toBe(true);
  });

  it('finds what another process uploaded, and says so', async () => {
    const { open, options, google, told } = line();
    await open().send(order(BIG), options());
    await open().send(order(BIG), options());
    expect(google.uploads).toHaveLength(1);
    expect(told.map(({ isNew }) => isNew)).toEqual([true, false]);
  });

  it('uploads anew what is about to expire, in the middle of a run too', async () => {
    const { shipped, options, google, clock, told } = line();
    await shipped.send(order(BIG), options());
    clock.advance(46 * HOUR);
    await shipped.send(order(BIG), options());
    expect(google.uploads).toHaveLength(1);
    clock.advance(1.5 * HOUR);
    told.length = 0;
    await Promise.all([order(BIG), order(BIG)].map((one) => shipped.send(one, options())));
    expect(google.uploads).toHaveLength(2);
    expect(told).toHaveLength(1);
  });

  it('shows where they would be without uploading anything', async () => {
    const { shipped, google, api } = line();
    const previewed: unknown[] = [];
    const preview = api.preview.bind(api);
    Object.assign(api, {
      preview: (asked: Parameters<typeof preview>[0]) => {
        previewed.push(asked.inputs.map(({ uri }) => uri));
        return preview(asked);
      },
    });
    const seen = uploadingInputs(api, {
      files: { ...google.files, upload: () => Promise.reject(new Error('nobody may ask')) },
      lightBytes: LIGHT_BYTES,
      clock: fakeClock(),
      sha256: () => '',
      onUpload: () => {},
    });
    await seen.preview(order(BIG, SMALL));
    expect(previewed).toEqual([['files/pixtab-…', undefined]]);
    expect(google.uploads).toEqual([]);
    expect(shipped).toBeDefined();
  });
});

describe('a picture that is lost between the look and the send', () => {
  it('is uploaded again, and the request sent again, once', async () => {
    const { shipped, options, google, retried, uris, api } = line(async () => {
      google.stored.clear();
      return LOST;
    });
    await shipped.send(order(BIG), options());
    expect(api.sent).toHaveLength(2);
    expect(google.uploads).toHaveLength(2);
    expect(retried).toEqual([LOST]);
    expect(new Set(uris().flat()).size).toBe(2);
  });

  it('twice is told', async () => {
    const { shipped, options, api } = line(LOST, LOST);
    expect(await rejection(shipped.send(order(BIG), options()))).toBe(LOST);
    expect(api.sent).toHaveLength(2);
  });

  it('is no reason to send again what may have been charged', async () => {
    const unsure = new Failure('unconfirmed', 'Nobody knows.', { lost: true });
    const { shipped, options, api } = line(unsure);
    expect(await rejection(shipped.send(order(BIG), options()))).toBe(unsure);
    expect(api.sent).toHaveLength(1);
  });
});

describe('an upload that does not work', () => {
  it('sends nothing, and leaves the next request free to try', async () => {
    const { shipped, options, api, google } = line();
    const down = new Failure('unavailable', 'Google failed.', { charged: 'no' });
    google.refuseUpload(down);
    expect(await rejection(shipped.send(order(BIG), options()))).toBe(down);
    expect(api.sent).toHaveLength(0);
    await shipped.send(order(BIG), options());
    expect(api.sent).toHaveLength(1);
  });

  it('ends with the first Ctrl-C, since nothing is paid for yet', async () => {
    const { shipped, options, api } = line();
    const stop = AbortSignal.abort();
    expect(await rejection(shipped.send(order(BIG), options({ stop })))).toMatchObject({
      kind: 'cancelled',
      charged: 'no',
    });
    expect(api.sent).toHaveLength(0);
  });
});
