import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { painter } from '../../src/sandbox/placeholders.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { tempDir } from '../support/tempdir.ts';
import { workplace } from './pixtab.ts';

const execute = promisify(execFile);
const SLOTS = pathToFileURL(
  join(import.meta.dirname, '../../node_modules/.cache/pixtab/adapters/ledger/slots.js'),
).href;

/** A process that takes turns as fast as it gets them, on a clock that runs a hundred times too fast. */
const SENDER = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { sqliteSlots } from ${JSON.stringify(SLOTS)};
  const [path, rpm, sends] = process.argv.slice(1);
  const FAST = 100;
  let now = 0;
  const clock = { now: () => (now = Date.now() * FAST) };
  const slots = sqliteSlots(path, clock);
  const taken = [];
  while (taken.length < Number(sends)) {
    const answer = await slots.take({ model: 'm', images: 1, cost: 1n }, { rpm: Number(rpm) });
    if ('slot' in answer) {
      taken.push(now);
      await slots.arrives(answer, 0);
    } else await sleep(answer.waitMs / FAST);
  }
  slots.close();
  console.log(JSON.stringify(taken));`;

const Taken = z.array(z.number());

async function sender(path: string, rpm: number, sends: number): Promise<readonly number[]> {
  const args = ['--input-type=module', '-e', SENDER, path, String(rpm), String(sends)];
  const { stdout } = await execute(process.execPath, args);
  return Taken.parse(JSON.parse(stdout));
}

describe('a rate limit across processes', () => {
  it('is never passed in any minute, and everybody gets a turn', async () => {
    await using folder = await tempDir();
    const rpm = 7;
    const all = await Promise.all(Array.from({ length: 6 }, () => sender(folder.at('ledger.db'), rpm, 6)));
    const taken = all.flat().toSorted((a, b) => a - b);
    expect(taken).toHaveLength(36);
    const apart = taken.slice(rpm).map((at, index) => at - (taken[index] ?? at));
    expect(Math.min(...apart)).toBeGreaterThan(60_000);
  });

  it('lets as many of several commands through as a minute has, and the API never says no', async () => {
    await using place = await workplace();
    const answered: string[] = [];
    const sandbox = await startSandbox({
      clock: systemClock(),
      painter: painter(),
      rpm: 3,
      onRequest: (line) => void answered.push(line),
    });
    try {
      const env = { PIXTAB_BASE_URL: sandbox.url };
      const args = ['a cat', '--sandbox', '--rpm', '3', '--no-wait', '--json'];
      const runs = await Promise.all(
        Array.from({ length: 5 }, (_, n) => place.run([...args, '-o', `${n}.jpg`], { env })),
      );
      const sent = runs.filter(({ code }) => code === 0);
      const refused = runs.filter(({ code }) => code === 7);
      expect([sent.length, refused.length]).toEqual([3, 2]);
      for (const { json } of refused) {
        const { error, cost } = json<{ error: { retryAfterSeconds: number }; cost: { charged: string } }>();
        expect(error.retryAfterSeconds).toBeGreaterThan(30);
        expect(error.retryAfterSeconds).toBeLessThanOrEqual(64);
        expect(cost.charged).toBe('no');
      }
      const paid = answered.filter((line) => line.startsWith('POST /v1beta/models/'));
      expect(paid.map((line) => / (\d{3}) /.exec(line)?.[1])).toEqual(['200', '200', '200']);
    } finally {
      await sandbox.close();
    }
  });

  it('waits with a word on why, and leaves at the first Ctrl-C', async () => {
    await using place = await workplace();
    expect((await place.run(['a cat', '--sandbox', '--rpm', '1', '-o', 'one.jpg'])).code).toBe(0);
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../bin/pixtab.js'), 'a cat', '--sandbox', '--rpm', '1', '-o', 'two.jpg'],
      { cwd: place.dir, env: place.env },
    );
    let stderr = '';
    const closed = once(child, 'close');
    const waiting = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (/^wait {3}\d+ s: --rpm allows 1 request of .+ a minute$/m.test(stderr)) resolve();
      });
    });
    await Promise.race([waiting, closed]);
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    expect(stderr).toMatch(/nothing was sent/);
    const spent = await place.run(['spend', '--sandbox', '--json']);
    expect(spent.stdout).toContain('"requests": 1');
  });
});
