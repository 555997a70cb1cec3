import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { proxyAgent, proxyFrom } from '../../../src/adapters/http/proxy.ts';
import type { ProxySettings } from '../../../src/adapters/http/proxy.ts';
import { pictureAnswer } from '../../support/answers.ts';
import { sendOptions } from '../../support/api.contract.ts';
import { answer, emulator, listening } from '../../support/emulator.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';
import { providerAt } from '../../support/provider.ts';

type Connect = (socket: Duplex) => void;

/** A proxy that is asked for tunnels, and does with them what it is told. */
async function proxy(onConnect: Connect) {
  const asked: { readonly url: string | undefined; readonly authorization: string | undefined }[] = [];
  const server = createServer();
  const sockets = new Set<Duplex>();
  server.on('connect', ({ url, headers }: IncomingMessage, socket) => {
    asked.push({ url, authorization: headers['proxy-authorization'] });
    sockets.add(socket);
    // The other side may leave in the middle of anything.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy()).on('close', () => sockets.delete(socket));
    onConnect(socket.resume());
  });
  const address = `127.0.0.1:${await listening(server)}`;
  return {
    address,
    asked,
    /** Until the other side has closed every connection. */
    async hungUp() {
      while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refuse: Connect = (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
const silence: Connect = () => undefined;
const hangUp: Connect = (socket) => socket.destroy();

const settings = (changes: Partial<ProxySettings>): ProxySettings => ({
  https: '',
  http: '',
  all: '',
  except: '',
  ...changes,
});

const send = (baseUrl: string, through: ProxySettings, timeoutMs = 5_000) =>
  googleClient(providerAt(baseUrl, 'AIzaCanary'), { clock: fakeClock(), proxy: through }).images.send(
    anOrder('gemini-3-pro-image'),
    sendOptions({ timeoutMs }),
  );

describe('a proxy', () => {
  it('is asked for a tunnel to the API, with its own user and password and without the key', async () => {
    await using between = await proxy(refuse);
    const failure = await rejection(
      send('https://google.invalid', settings({ https: `http://user:secret@${between.address}` })),
    );
    expect(between.asked).toEqual([
      { url: 'google.invalid:443', authorization: `Basic ${btoa('user:secret')}` },
    ]);
    expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no', repeat: false });
    expect(failure.message).toBe('The proxy refused a connection to google.invalid (407); nothing was sent.');
    expect(JSON.stringify([failure.message, failure.hint, failure.detail])).not.toContain('secret');
  });

  it.each<[string, Partial<ProxySettings>]>([
    ['may be named without a scheme', {}],
    ['is that of HTTP_PROXY where HTTPS_PROXY is not set', { https: '' }],
    ['is that of ALL_PROXY where neither is set', { https: '', http: '' }],
  ])('%s', async (_, changes) => {
    await using between = await proxy(refuse);
    const { address } = between;
    await rejection(
      send('https://google.invalid', settings({ https: address, http: address, all: address, ...changes })),
    );
    expect(between.asked).toHaveLength(1);
  });

  it('that never answers ends at the timeout, with nothing sent', async () => {
    await using between = await proxy(silence);
    const failure = await rejection(
      send('https://google.invalid', settings({ https: between.address }), 150),
    );
    expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no' });
    // A connection left open would keep the process from ending.
    await between.hungUp();
  });

  it('that hangs up carried nothing, and is asked once', async () => {
    await using between = await proxy(hangUp);
    const failure = await rejection(send('https://google.invalid', settings({ https: between.address })));
    expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no', repeat: true });
    expect(failure.message).toMatch(/^Nothing was sent: the proxy failed: /);
    expect(between.asked).toHaveLength(1);
  });

  it('that does not run carried nothing', async () => {
    const failure = await rejection(send('https://google.invalid', settings({ https: '127.0.0.1:1' })));
    expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no', repeat: true });
    expect(failure.message).toMatch(/^Nothing was sent: the proxy failed: .*ECONNREFUSED/);
  });

  it.each(['google.invalid', '.invalid', 'other.example, google.invalid:443', '*'])(
    'is left alone where NO_PROXY is %j',
    async (except) => {
      await using between = await proxy(refuse);
      const failure = await rejection(
        send('https://google.invalid', settings({ https: between.address, except })),
      );
      expect(failure.message).toMatch(/^The address of google.invalid could not be found/);
      expect(between.asked).toEqual([]);
    },
  );

  it('is left alone for this machine', async () => {
    await using between = await proxy(refuse);
    await using google = await emulator(answer(pictureAnswer()));
    const { address } = between;
    expect(await send(google.baseUrl, settings({ https: address, http: address }))).toMatchObject({
      status: 200,
    });
    expect(between.asked).toEqual([]);
  });

  it.each<[keyof ProxySettings, string]>([
    ['https', 'socks5://user:secret@127.0.0.1:1'],
    ['https', 'http://'],
    ['https', 'ftp://secret'],
    ['all', 'socks5h://user:secret@127.0.0.1:1'],
  ])('that is no proxy is refused without its value: %s %s', async (name, address) => {
    const failure = await rejection(proxyAgent(settings({ [name]: address }), 'https://google.invalid'));
    expect(failure).toMatchObject({ kind: 'usage' });
    expect(failure.message).toContain(`${name.toUpperCase()}_PROXY`);
    expect(`${failure.message} ${failure.hint}`).not.toContain('secret');
  });
});

describe('the environment', () => {
  it.each<[object, ProxySettings | null]>([
    [{}, null],
    [{ NO_PROXY: 'x' }, null],
    [{ HTTPS_PROXY: '' }, null],
    [
      { HTTPS_PROXY: 'a', NO_PROXY: 'b' },
      { https: 'a', http: '', all: '', except: 'b' },
    ],
    [{ HTTP_PROXY: ' a ' }, { https: '', http: 'a', all: '', except: '' }],
    [
      { HTTPS_PROXY: 'A', https_proxy: 'a' },
      { https: 'a', http: '', all: '', except: '' },
    ],
    [
      { ALL_PROXY: 'A', all_proxy: 'a' },
      { https: '', http: '', all: 'a', except: '' },
    ],
  ])('%j', (env, expected) => {
    expect(proxyFrom({ ...env })).toEqual(expected);
  });
});
