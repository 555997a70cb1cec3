import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { linkedPictures, type Linked } from '../../../src/adapters/http/linked-picture.ts';
import { PIXEL } from '../../support/answers.ts';
import { emulator, listening, reset, type Play } from '../../support/emulator.ts';

const PICTURE: Play = { headers: { 'content-type': 'text/plain' }, body: PIXEL };
const signal = new AbortController().signal;
const CAT = { bytes: Buffer.from(PIXEL) };

const fetched = (
  baseUrl: string,
  address: string,
  pictureHosts: readonly string[] = [],
  caller = signal,
): Promise<Linked> =>
  linkedPictures({ baseUrl, pictureHosts }, null, (_, __, done) =>
    done(null, [{ address: '10.0.0.7', family: 4 }]),
  )(address, caller);

describe('a picture at an address', () => {
  it('is fetched from the origin that was asked, without the key and whatever its type is said to be', async () => {
    await using google = await emulator(PICTURE);
    expect(await fetched(`${google.baseUrl}/gemini`, `${google.baseUrl}/files/cat`)).toEqual(CAT);
    expect(google.requests).toMatchObject([
      { method: 'GET', url: '/files/cat', headers: { accept: 'image/*' } },
    ]);
    expect(google.requests[0]?.headers).not.toHaveProperty('x-goog-api-key');
    expect(google.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is fetched where that origin passes it on within itself', async () => {
    await using google = await emulator({ status: 302, headers: { location: '/elsewhere' } }, PICTURE);
    expect(await fetched(google.baseUrl, `${google.baseUrl}/cat`)).toEqual(CAT);
    expect(google.requests.map(({ url }) => url)).toEqual(['/cat', '/elsewhere']);
  });

  it.each<[string, string, RegExp]>([
    ['no address', 'the picture', /no address/],
    [
      'another host',
      'https://cdn.example/cat.png',
      /from 127\.0\.0\.1:\d+ alone, unless PIXTAB_PICTURE_HOSTS names cdn\.example$/,
    ],
    ['another port of the same host', 'http://127.0.0.1:1/cat.png', /not https/],
    ['an allowed host without https', 'http://allowed.example/cat.png', /not https/],
    [
      'another port of an allowed host',
      'https://allowed.example:8443/cat.png',
      /names allowed\.example:8443$/,
    ],
    ['a name that only ends like an allowed one', 'https://not-allowed.example/', /PICTURE_HOSTS/],
    ['a password', 'https://me:secret@allowed.example/', /holds a password/],
    ['an allowed name that leads into a private network', 'https://allowed.example/', /private network/],
    ['a private address', 'https://10.1.2.3/cat.png', /private network/],
    ['a private address in decimal digits', 'https://2130706433/cat.png', /private network/],
    ['a private address of IPv6', 'https://[::1]/cat.png', /PICTURE_HOSTS|private network/],
    ['a bucket', 'gs://bucket/cat.png', /not https/],
    ['a file', 'file:///etc/passwd', /not https/],
  ])('is left where it is at %s', async (_, address, why) => {
    await using google = await emulator(PICTURE);
    const allowed = ['allowed.example', '10.1.2.3', '127.0.0.1'];
    const found = await fetched(google.baseUrl, address, allowed);
    expect(found).toEqual({ why: expect.stringMatching(why) });
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(google.requests).toEqual([]);
  });

  it.each<[string, Play, RegExp]>([
    ['that is gone', { status: 404 }, /answered 404$/],
    ['where a page is', { body: '<html>Log in</html>' }, /no picture/],
    ['where a drawing is', { body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }, /no picture/],
    ['where nothing is', { body: '' }, /no picture/],
    [
      'that passes on to another host',
      { status: 302, headers: { location: 'https://cdn.example/' } },
      /PICTURE_HOSTS/,
    ],
    [
      'that passes on to this machine',
      { status: 307, headers: { location: 'http://localhost:1/' } },
      /not https/,
    ],
    ['that passes on to nowhere', { status: 301, headers: { location: 'http://' } }, /no address/],
    ['that passes on without end', { status: 302, headers: { location: '/again' } }, /again and again/],
    ['that breaks off', reset, /could not be reached/],
  ])('%s is not fetched', async (_, play, why) => {
    await using google = await emulator(play);
    expect(await fetched(google.baseUrl, `${google.baseUrl}/cat`)).toEqual({
      why: expect.stringMatching(why),
    });
  });

  it('has an end however much comes', async () => {
    const endless = createServer((_, response) => {
      const more = (): void => void response.write(Buffer.alloc(1024 * 1024, 1), (error) => error ?? more());
      response.writeHead(200);
      more();
    });
    const baseUrl = `http://127.0.0.1:${await listening(endless)}`;
    expect(await fetched(baseUrl, `${baseUrl}/cat`)).toEqual({ why: 'it is larger than any picture' });
    endless.close();
    endless.closeAllConnections();
  });

  it('is left by a caller who leaves', async () => {
    await using google = await emulator(PICTURE);
    expect(await fetched(google.baseUrl, `${google.baseUrl}/cat`, [], AbortSignal.abort())).toEqual({
      why: 'it was cancelled',
    });
  });

  it.each(['*.example', 'cdn.a.example'])('may be at a host that %s means', async (allowed) => {
    const found = await fetched('https://relay.invalid', 'https://cdn.a.example/cat', [allowed]);
    // It was let through, and its name leads into a private network here.
    expect(found).toEqual({ why: 'it is in a private network' });
  });
});
