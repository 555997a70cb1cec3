import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.ts';
import { place, sandboxWith } from './place.ts';
import { workplace } from './pixtab.ts';
import { serving } from './serving.ts';

interface Document {
  readonly outcome: string;
  readonly cost: { readonly amount: string };
}

describe('pixtab sandbox', () => {
  it('serves another pixtab, whose bill is the meter’s, and ends at Ctrl-C', async () => {
    await using here = await workplace();
    const { child, ran, url } = await serving(here, '--fault', '429=0.01,ok');
    const env = { PIXTAB_BASE_URL: url };
    const bought = await here.run(['a lighthouse', '--sandbox', '-o', 'a.jpg', '--json'], { env });
    expect(bought.code).toBe(0);
    const meter = await (await fetch(`${url}/sandbox/meter`)).json();
    expect(meter).toMatchObject({ charged: 1, total: bought.json<Document>().cost.amount });

    child.kill('SIGINT');
    expect(await ran).toMatchObject({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it.each([
    ['PIXTAB_BASE_URL', '127.0.0.1'],
    ['GOOGLE_GEMINI_BASE_URL', 'localhost'],
  ])('is booked as one by a pixtab that found it in %s, and is not given its key', async (variable, host) => {
    await using here = await place();
    const { port } = new URL(here.sandbox.url);
    const { PIXTAB_SANDBOX: _, PIXTAB_BASE_URL: __, ...env } = here.env;
    const { code, stderr } = await inProcess(['a lighthouse', '-o', 'a.jpg'], {
      dir: here.dir,
      env: { ...env, [variable]: `http://${host}:${port}`, GEMINI_API_KEY: 'AIza-of-the-user-leaked' },
      input: '',
    });
    // The sandbox refuses a key with such a name.
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`A sandbox answers at http://${host}:${port} (from ${variable})`);
    expect(here.ledger('SELECT state FROM attempts')).toEqual([{ state: 'saved' }]);
    expect(await readdir(join(here.home, 'state'))).toEqual(['sandbox']);
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
