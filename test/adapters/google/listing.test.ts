import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { answer, emulator, type Play } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { providerAt } from '../../support/provider.ts';

const KEY = 'AIzaSyListing-0123456789abcdefghijklm';

async function listing(baseUrl: string, signal = new AbortController().signal) {
  return googleClient(providerAt(baseUrl, KEY), { clock: fakeClock() }).models(signal);
}

describe('listModels', () => {
  it('turns every page, with the key in a header', async () => {
    const model = (name: string) => ({
      name: `models/${name}`,
      supportedGenerationMethods: ['generateContent'],
    });
    await using google = await emulator(
      answer({ models: [model('a'), { odd: true }], nextPageToken: 'to/kén' }),
      answer({ models: [model('b')], nextPageToken: '' }),
    );
    const { models, serverTime } = await listing(google.baseUrl);
    expect(models).toEqual([
      { id: 'a', methods: ['generateContent'] },
      { id: 'b', methods: ['generateContent'] },
    ]);
    expect(serverTime).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(google.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1beta/models?pageSize=1000',
      'GET /v1beta/models?pageSize=1000&pageToken=to%2Fk%C3%A9n',
    ]);
    for (const { headers, url } of google.requests) {
      expect(headers['x-goog-api-key']).toBe(KEY);
      expect(url).not.toContain(KEY);
    }
  });

  it('leaves a list that never ends', async () => {
    await using google = await emulator(answer({ models: [], nextPageToken: 'again' }));
    await listing(google.baseUrl);
    expect(google.requests).toHaveLength(50);
  });

  it.each<[string, Play, string]>([
    [
      'a key that is refused',
      answer(
        {
          error: {
            code: 400,
            message: `API key not valid: ${KEY}`,
            details: [{ reason: 'API_KEY_INVALID' }],
          },
        },
        400,
      ),
      'auth',
    ],
    [
      'no permission',
      answer({ error: { code: 403, status: 'PERMISSION_DENIED', message: 'No.' } }, 403),
      'auth',
    ],
    ['too many requests', answer({ error: { code: 429, message: 'Too many.' } }, 429), 'rate-limited'],
    ['an overload', answer({ error: { code: 503, message: 'Overloaded.' } }, 503), 'unavailable'],
    [
      'a gateway without a list',
      answer({ error: { code: 404, status: 'NOT_FOUND', message: 'What?' } }, 404),
      'unavailable',
    ],
    ['a page of a proxy', { body: '<html>Please log in</html>' }, 'unavailable'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example' } }, 'unavailable'],
    ['a connection that breaks', (response) => void response.socket?.destroy(), 'unavailable'],
  ])('says of %s what it is, and that nothing was charged', async (_, play, kind) => {
    await using google = await emulator(play);
    const failure = await rejection(listing(google.baseUrl));
    expect(failure).toMatchObject({ kind, charged: 'no' });
    expect(`${failure.message} ${failure.hint} ${failure.detail}`).not.toContain(KEY);
    expect(failure.message).not.toMatch(/may have been charged/);
  });

  it('ends at Ctrl-C', async () => {
    await using google = await emulator(() => {});
    const stop = new AbortController();
    const leaving = listing(google.baseUrl, stop.signal);
    stop.abort();
    expect(await rejection(leaving)).toMatchObject({ kind: 'cancelled', charged: 'no' });
  });
});
