import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startScript, until } from '../../bench/process.mjs';
import { tempDir } from '../support/tempdir.ts';
import { place } from './place.ts';
import { workplace } from './pixtab.ts';

const Taken = z.array(z.number());

async function sender(path: string, rpm: number, sends: number): Promise<readonly number[]> {
  const { stdout } = await startScript('sender', [path, String(rpm), String(sends)]).ran;
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
    const answered: string[] = [];
    await using here = await place({ rpm: 3, onRequest: (line) => void answered.push(line) });
    const args = ['a cat', '--rpm', '3', '--no-wait', '--json'];
    const runs = await Promise.all(
      Array.from({ length: 5 }, (_, n) => here.spawned([...args, '-o', `${n}.jpg`])),
    );
    const sent = runs.filter(({ code }) => code === 0);
    const refused = runs.filter(({ code }) => code === 7);
    expect([sent.length, refused.length]).toEqual([3, 2]);
    for (const { json } of refused) {
      const { error, cost } = json<{ error: { retryAfterSeconds: number }; cost: { charged: string } }>();
      expect(error.retryAfterSeconds).toBeGreaterThan(0);
      expect(error.retryAfterSeconds).toBeLessThanOrEqual(64);
      expect(cost.charged).toBe('no');
    }
    const paid = answered.filter((line) => line.startsWith('POST /v1beta/models/'));
    expect(paid.map((line) => / (\d{3}) /.exec(line)?.[1])).toEqual(['200', '200', '200']);
  });

  it('waits with a word on why, and leaves at the first Ctrl-C', async () => {
    await using place = await workplace();
    expect((await place.run(['a cat', '--sandbox', '--rpm', '1', '-o', 'one.jpg'])).code).toBe(0);
    const second = place.start(['a cat', '--sandbox', '--rpm', '1', '-o', 'two.jpg']);
    const waits = () => /^wait {3}\d+ s: --rpm allows 1 request of .+ a minute$/m.test(second.said());
    await until('it says that it waits', waits, second);
    second.child.kill('SIGINT');
    expect(await second.ran).toMatchObject({ code: 130, stderr: expect.stringMatching(/nothing was sent/) });
    const spent = await place.run(['spend', '--sandbox', '--json']);
    expect(spent.stdout).toContain('"requests": 1');
  });
});
