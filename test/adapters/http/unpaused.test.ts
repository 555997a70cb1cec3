import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAgent } from '../../../src/adapters/http/engine.ts';
import { overFetch } from '../../../src/adapters/http/over-fetch.ts';
import { guardedFetch } from '../../../src/adapters/http/fetch.ts';
import { unpaused } from '../../../src/adapters/http/unpaused.ts';
import { called, type Agent } from '../../../src/adapters/http/watch.ts';
import { providerAt } from '../../support/provider.ts';

const BODY = Buffer.alloc(64 * 1024, 'x');
const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${BODY.length}\r\nconnection: close\r\n\r\n`;

/** Answers and hangs up in one breath. */
const server = createServer((socket) => {
  socket.once('data', () => {
    socket.write(HEAD);
    socket.end(BODY);
  });
});
let agent: Agent;
let baseUrl = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  agent = await openAgent(null, baseUrl);
});
afterAll(async () => {
  await agent.destroy();
  server.close();
});

it('a body that nobody reads yet is whole, although the other side has hung up', async () => {
  const gone = once(server, 'connection').then(([socket]) => once(socket, 'close'));
  const response = await fetch(
    baseUrl,
    Object.assign<RequestInit, object>({}, { dispatcher: unpaused(agent) }),
  );
  await gone;
  expect((await response.arrayBuffer()).byteLength).toBe(BODY.length);
});

it('what is read whole never asks to be sent more slowly', async () => {
  const asked: unknown[] = [];
  const noticing: Agent = {
    destroy: () => agent.destroy(),
    dispatch: (options, handler) =>
      agent.dispatch(
        options,
        called(handler, (name, args, call) => {
          if (name === 'onResponseData') args[0] = { pause: () => void asked.push('pause') };
          const answer = call();
          if (name === 'onData') asked.push(answer);
          return answer;
        }),
      ),
  };
  const request = { method: 'POST', url: `${baseUrl}/m`, headers: {}, body: '{}' } as const;
  const exchange = await guardedFetch(providerAt(baseUrl), overFetch(noticing))(request, {
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  });
  expect(exchange.body.byteLength).toBe(BODY.length);
  expect(asked.filter((answer) => answer !== true)).toEqual([]);
});

it('what comes without an end is left after as much as any answer has, although nobody reads it', async () => {
  const most = 2 ** 20;
  let closed = (): void => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const endless = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => closed());
    const write = (): void => {
      while (!socket.destroyed && socket.write(BODY));
    };
    socket.on('drain', write);
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
      write();
    });
  });
  endless.listen(0, '127.0.0.1');
  await once(endless, 'listening');
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
  const response = await fetch(
    url,
    Object.assign<RequestInit, object>({}, { dispatcher: unpaused(agent, most) }),
  );
  await gone;
  await expect(response.arrayBuffer()).rejects.toMatchObject({
    cause: { message: 'more came than any answer has' },
  });
  endless.close();
});
