import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isSandboxUnasked } from '../../src/adapters/is-sandbox.ts';
import { running } from '../sandbox/support.ts';

async function at(server: Server): Promise<AsyncDisposable & { readonly url: string }> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

describe('a sandbox that nobody said is one', () => {
  it('is found, whatever path the address has, and logs no request for it', async () => {
    await using sandbox = await running();
    expect(await isSandboxUnasked(sandbox.url)).toBe(true);
    expect(await isSandboxUnasked(`${sandbox.url.replace('127.0.0.1', 'localhost')}/v1beta`)).toBe(true);
    expect(sandbox.log).toEqual([]);
  });

  it('is no other server, which does not notice that it was asked', async () => {
    let requests = 0;
    await using other = await at(createServer((_, response) => void response.end(String(++requests))));
    expect(await isSandboxUnasked(other.url)).toBe(false);
    expect(requests).toBe(0);
  });

  it.each([
    ['says nothing and leaves', () => createSocketServer((socket) => socket.end())],
    ['breaks the connection', () => createSocketServer((socket) => socket.resetAndDestroy())],
    ['only talks of one', () => createSocketServer((socket) => socket.end('x x-pixtab-sandbox: 1\r\n'))],
  ])('is no server that %s', async (_, server) => {
    await using other = await at(server());
    expect(await isSandboxUnasked(other.url)).toBe(false);
  });

  it('is not looked for where nobody listens, or elsewhere than on this machine', async () => {
    expect(await isSandboxUnasked('http://127.0.0.1:1')).toBe(false);
    expect(await isSandboxUnasked('https://127.0.0.1:1')).toBe(false);
    expect(await isSandboxUnasked('https://generativelanguage.googleapis.com')).toBe(false);
  });
});
