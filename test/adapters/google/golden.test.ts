import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { MASKED } from '../../../src/commands/create/input-images.ts';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import type { InputImage, Order, Turn } from '../../../src/core/order/order.ts';
import { batchLine } from '../../../src/ports/index.ts';
import { pngHead, running, type Json, json } from '../../sandbox/support.ts';
import { pictureAnswer } from '../../support/answers.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { answer, emulator, type Recorded } from '../../support/emulator.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

// Whole requests as they leave, in test/golden: field for field in the order and spelling of Google's own client. A
// change there is a change of what Google gets (npx vitest run test/adapters/google/golden.test.ts -u).

const FOLDER = new URL('../../golden/', import.meta.url);
const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
/** What a model signed; the sandbox takes its own signatures alone. */
const SIGNATURE = 'c2lnbmF0dXJlIG9mIHRoZSBtb2RlbA==';

const picture = (name: string, width: number, height: number): InputImage => {
  const bytes = pngHead(width, height);
  return { name, mimeType: 'image/png', bytes, width, height };
};
const PHOTO = picture('photo.png', 400, 300);
const URI = 'https://generativelanguage.googleapis.com/v1beta/files/photo';

const TURN: Turn = {
  prompt: 'make it night',
  inputs: [PHOTO],
  answer: [
    { text: 'Here is the night.' },
    {
      inlineData: { mimeType: 'image/png', data: pngHead(1024, 768).toString('base64') },
      thoughtSignature: SIGNATURE,
    },
  ],
  pictures: 1,
  words: 'Here is the night.',
};

const PRO = 'gemini-3-pro-image';

const SENT: Readonly<Record<string, Order>> = {
  ...Object.fromEntries(
    MODELS.filter(({ wire }) => wire === 'generateContent').map((model) => {
      const [size = '1K'] = Object.keys(model.resolutions) as Order['size'][];
      return [`text-${model.id}`, anOrder(model, { size, aspect: '16:9' })];
    }),
  ),
  'predict-imagen-4': anOrder('imagen-4', { size: '2K', aspect: '16:9', count: 4 }),
  'text-search': anOrder('nano-banana-2.1', { search: true }),
  'text-flex': anOrder(PRO, { lane: 'flex', size: '2K' }),
  'edit-one': anOrder(PRO, { prompt: 'a red door', inputs: [PHOTO], aspect: '4:3' }),
  'edit-several': anOrder(PRO, { inputs: [PHOTO, picture('sofa.png', 30, 20), picture('lamp.png', 9, 9)] }),
  'edit-mask': anOrder(PRO, {
    prompt: `a bench\n\n${MASKED}`,
    inputs: [PHOTO, picture('mask.png', 400, 300)],
    aspect: '4:3',
  }),
  'edit-uploaded': anOrder(PRO, { prompt: 'a red door', inputs: [{ ...PHOTO, uri: URI }] }),
  'turns-three': anOrder(PRO, { prompt: 'add a boat', history: [TURN, { ...TURN, inputs: [] }] }),
};

const headersOf = ({ headers }: Recorded) =>
  Object.fromEntries(
    Object.entries(headers)
      // Of the connection, not of the request.
      .filter(([name]) => !['host', 'connection', 'content-length', 'accept-encoding'].includes(name))
      .map(([name, value]) => [
        name,
        String(value)
          .replace(KEY, 'THE-KEY')
          .replace(/gl-node\/\S+/, 'gl-node/VERSION'),
      ]),
  );

const text = (golden: unknown): string => `${JSON.stringify(golden, null, 2)}\n`;
const placeOf = (name: string): string => new URL(`${name}.json`, FOLDER).pathname;

/** The request that leaves for an order. */
async function requestFor(order: Order): Promise<Json> {
  await using google = await emulator(answer(pictureAnswer()));
  const clock = fakeClock();
  const api = googleClient(providerAt(google.baseUrl, KEY), { clock }).images;
  await api.send(order, sendOptions({ timeoutMs: 300_000 }));
  const [request] = google.requests;
  if (!request) throw new Error('nothing was sent');
  const { method, url, body } = request;
  const golden = { method, path: url, headers: headersOf(request), body: JSON.parse(body) as unknown };
  // Nothing of it may get lost in being read and written again.
  expect(JSON.stringify(golden.body)).toBe(body);
  return golden;
}

describe('a request that leaves is as it is written down:', () => {
  it.each(Object.entries(SENT))('%s', async (name, order) => {
    await expect(text(await requestFor(order))).toMatchFileSnapshot(placeOf(name));
  });

  it('batch-line', async () => {
    const nowhere = providerAt('http://127.0.0.1:1', KEY);
    const batches = googleClient(nowhere, { clock: fakeClock() }).batches;
    const order = anOrder(PRO, { inputs: [PHOTO], lane: 'batch', aspect: '4:3' });
    const { request, inputs } = await batches.compose(order);
    const uris = new Map(inputs.map(({ sha256 }) => [sha256, URI]));
    const line = batchLine('run-1', batches.placed(request, uris));
    expect(line).toMatch(/^[^\n]+\n$/);
    await expect(text(JSON.parse(line))).toMatchFileSnapshot(placeOf('batch-line'));
  });

  it('and nothing else is written down', async () => {
    const names = [...Object.keys(SENT), 'batch-line'].map((name) => `${name}.json`);
    // A request that is new is written when all of this file is done.
    expect(names).toEqual(expect.arrayContaining(await readdir(FOLDER)));
  });
});

describe('the sandbox takes what leaves', () => {
  function orderOf(name: string): Order {
    const order = SENT[name];
    if (!order) throw new Error(`${name} is not sent`);
    return order;
  }

  const sent = async (name: string): Promise<Json> => requestFor(orderOf(name));

  it.each(Object.keys(SENT).filter((name) => name !== 'edit-uploaded'))('%s', async (name) => {
    const { path, headers, body } = await sent(name);
    await using sandbox = await running();
    const signed = JSON.stringify(body).replaceAll(SIGNATURE, await signatureOf(sandbox));
    const { 'user-agent': _, 'sec-fetch-mode': __, 'x-goog-api-key': ___, ...others } = headers;
    const response = await sandbox.post(path, signed, others);
    expect([response.status, await pictures(response)]).toEqual([200, name === 'predict-imagen-4' ? 4 : 1]);
  });

  it('and refuses a turn whose signature another made', async () => {
    const { path, body } = await sent('turns-three');
    await using sandbox = await running();
    expect((await sandbox.post(path, body)).status).toBe(400);
  });

  async function signatureOf(sandbox: Awaited<ReturnType<typeof running>>): Promise<string> {
    const { path, body } = await sent(`text-${PRO}`);
    const { candidates } = await json(await sandbox.post(path, body));
    return candidates[0].content.parts.at(-1).thoughtSignature;
  }

  async function pictures(response: Response): Promise<number> {
    const { candidates = [], predictions = [] } = await json(response);
    const parts = candidates.flatMap((one: Json) => one.content.parts);
    return predictions.length + parts.filter((part: Json) => part.inlineData && !part.thought).length;
  }
});
