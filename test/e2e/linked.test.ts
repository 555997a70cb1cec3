import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PIXEL, textAnswer } from '../support/answers.ts';
import { emulator, listening, played, type Play } from '../support/emulator.ts';
import { workplace } from './pixtab.ts';

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';
const ORDER = ['a cat', '-m', 'nano-banana-2-lite', '--json', '--retries', '0', '-o', 'cat.png'];

/** An answer of words that point to a picture at `host`; at the one who answers where none is named. */
const pointing =
  (host = ''): Play =>
  (response, request) => {
    const address = host === '' ? `http://${request.headers.host}/cat.png` : `https://${host}/cat.png`;
    played({ body: JSON.stringify(textAnswer(`![cat](${address})`)) }, response, request);
  };

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly warnings: readonly string[];
  readonly images: readonly { readonly path: string }[];
}

it('fetches a picture that an answer only points to from who answered, without the key', async () => {
  await using google = await emulator(pointing(), { body: PIXEL });
  await using place = await workplace();
  const ran = await place.run(ORDER, { env: { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: KEY } });
  const { exitCode, images, warnings } = ran.json<Document>();
  expect({ exitCode, images, stderr: ran.stderr }).toMatchObject({
    exitCode: 0,
    images: [{ path: 'cat.png' }],
  });
  expect(await readFile(join(place.dir, 'cat.png'))).toEqual(PIXEL);
  expect(warnings.join()).toContain(`fetched from ${google.baseUrl}/cat.png`);
  const [asked, fetched] = google.requests;
  expect(asked?.headers['x-goog-api-key']).toBe(KEY);
  expect(JSON.stringify(fetched)).not.toContain(KEY);
});

it('keeps an answer that points elsewhere until the user allows the host, and recover fetches it then', async () => {
  const tls = join(import.meta.dirname, '../support/tls');
  const seen: object[] = [];
  const cdn = createTlsServer(
    { key: await readFile(join(tls, 'key.pem')), cert: await readFile(join(tls, 'certificate.pem')) },
    ({ headers, url }, response) => {
      seen.push({ headers, url });
      response.end(PIXEL);
    },
  );
  const port = await listening(cdn);
  const proxy = createServer().on('connect', (_, socket) => {
    const onwards = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    onwards.pipe(socket).pipe(onwards);
    onwards.on('error', () => socket.destroy());
    socket.on('error', () => onwards.destroy());
  });
  await using google = await emulator(pointing('gemini.test'));
  await using place = await workplace();
  const env = { PIXTAB_BASE_URL: google.baseUrl, GEMINI_API_KEY: KEY };
  const first = (await place.run(ORDER, { env })).json<Document>();
  expect(first).toMatchObject({ outcome: 'unread', exitCode: 11, images: [] });
  expect(first.warnings.join()).toMatch(
    /The picture is at https:\/\/gemini\.test\/cat\.png and was not fetched: .*PIXTAB_PICTURE_HOSTS names gemini\.test\./,
  );
  const still = await place.run(['recover'], { env });
  expect({ code: still.code, asked: google.requests.length, seen }).toEqual({ code: 11, asked: 1, seen: [] });

  const allowed = await place.spawned(['recover'], {
    env: {
      ...env,
      PIXTAB_PICTURE_HOSTS: 'gemini.test',
      HTTPS_PROXY: `http://127.0.0.1:${await listening(proxy)}`,
      NODE_EXTRA_CA_CERTS: join(tls, 'certificate.pem'),
    },
  });
  cdn.close().closeAllConnections();
  proxy.close().closeAllConnections();
  expect(allowed).toMatchObject({ code: 0, stdout: 'cat.png\n' });
  expect(await readFile(join(place.dir, 'cat.png'))).toEqual(PIXEL);
  expect(seen).toMatchObject([{ url: '/cat.png' }]);
  expect(JSON.stringify(seen)).not.toContain(KEY);
  expect((await place.run(['recover'], { env })).stderr).toContain('There is nothing to recover.');
});
