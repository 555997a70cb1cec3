import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sandboxWith } from './place.ts';
import { workplace } from './pixtab.ts';
import { serving } from './serving.ts';

interface Document {
  readonly outcome: string;
  readonly cost: { readonly amount: string };
}

describe('pixtab sandbox', () => {
  it('serves another pixtab, whose bill is the meter’s, and ends at Ctrl-C', async () => {
    await using place = await workplace();
    const { child, ran, url } = await serving(place, '--fault', '429=0.01,ok');
    const env = { PIXTAB_BASE_URL: url };
    const bought = await place.run(['a lighthouse', '--sandbox', '-o', 'a.jpg', '--json'], { env });
    expect(bought.code).toBe(0);
    const meter = await (await fetch(`${url}/sandbox/meter`)).json();
    expect(meter).toMatchObject({ charged: 1, total: bought.json<Document>().cost.amount });

    child.kill('SIGINT');
    expect(await ran).toMatchObject({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('is there for this machine alone', async () => {
    const sandbox = await sandboxWith({});
    const { port } = new URL(sandbox.url);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      const socket = connect(Number(port), address);
      const [error]: unknown[] = await once(socket, 'error');
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
    expect((await fetch(sandbox.url)).headers.get('x-pixtab-sandbox')).toBe('1');
    await sandbox.close();
  });
});
