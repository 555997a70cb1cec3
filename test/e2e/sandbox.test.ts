import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { workplace, type Workplace } from './pixtab.ts';

const BIN = join(import.meta.dirname, '../../bin/pixtab.js');

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
}

/** `pixtab sandbox` in a process of its own, once it says where it is. */
async function serving({ dir, env }: Workplace, ...flags: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [BIN, 'sandbox', ...flags], { cwd: dir, env: { ...env } });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line]: unknown[] = await once(lines, 'line');
  return {
    url: String(line),
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

interface Document {
  readonly outcome: string;
  readonly cost: { readonly amount: string };
}

describe('pixtab sandbox', () => {
  it('serves another pixtab, whose bill is the meter’s, and ends at Ctrl-C', async () => {
    await using place = await workplace();
    await using served = await serving(place, '--fault', '429=0.01,ok');
    const env = { PIXTAB_BASE_URL: served.url };
    const bought = await place.run(['a lighthouse', '--sandbox', '-o', 'a.jpg', '--json'], { env });
    expect(bought.code).toBe(0);
    const meter = await (await fetch(`${served.url}/sandbox/meter`)).json();
    expect(meter).toMatchObject({ charged: 1, total: bought.json<Document>().cost.amount });

    const ended = once(served.child, 'exit');
    served.child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    await expect(fetch(served.url)).rejects.toThrow('fetch failed');
  });

  it('is there for this machine alone', async () => {
    await using place = await workplace();
    await using served = await serving(place);
    const { port } = new URL(served.url);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      const socket = connect(Number(port), address);
      const [error]: unknown[] = await once(socket, 'error');
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
    expect((await fetch(served.url)).headers.get('x-pixtab-sandbox')).toBe('1');
  });
});
