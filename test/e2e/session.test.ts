import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { workplace, type Workplace } from './pixtab.ts';

async function photographed(): Promise<Workplace> {
  const place = await workplace();
  const photo = sharp({ create: { width: 400, height: 300, channels: 3, background: '#3070b0' } });
  await writeFile(join(place.dir, 'photo.jpg'), await photo.jpeg().toBuffer());
  return place;
}

interface Document {
  readonly outcome: string;
  readonly quote: {
    readonly low: string;
    readonly high: string;
    readonly lines: { meter: string; quantity: number }[];
  };
  readonly cost: { readonly amount: string; readonly lines: { meter: string; quantity: number }[] };
}

const quantity = ({ lines }: { lines: { meter: string; quantity: number }[] }, meter: string): number =>
  lines.find((line) => line.meter === meter)?.quantity ?? 0;

describe('several turns, in the sandbox, which checks every thought signature', () => {
  it('go on from each other in processes of their own; each is billed for what is sent again', async () => {
    await using place = await photographed();
    const first = ['edit', 'photo.jpg', '-p', 'make it night'];
    const more = ['add a lake', 'add a boat', 'add a moon', 'add a bird'];
    const turns: Document[] = [];
    for (const args of [first, ...more.map((words) => ['edit', '--continue', words])]) {
      turns.push((await place.run([...args, '--sandbox', '--json'])).json<Document>());
    }
    expect(turns.map(({ outcome }) => outcome)).toEqual(turns.map(() => 'ok'));
    const quoted = turns.map(({ quote }) => quantity(quote, 'image input'));
    const billed = turns.map(({ cost }) => quantity(cost, 'image input'));
    // What is said before grows as what the sandbox, which counts for itself, charges after.
    for (const tokens of [quoted, billed]) {
      expect(tokens.map((some) => some / (tokens[0] ?? 1))).toEqual([1, 2, 3, 4, 5]);
    }
    for (const { quote, cost } of turns) {
      expect(Number(cost.amount)).toBeGreaterThanOrEqual(Number(quote.low));
      expect(Number(cost.amount)).toBeLessThanOrEqual(Number(quote.high));
    }
  });

  it('do not mix real money and the sandbox', async () => {
    await using place = await photographed();
    await place.run(['edit', 'photo.jpg', '-p', 'make it night', '--sandbox']);
    const ran = await place.run(['edit', '--continue', 'add a lake', '--dry-run']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no edit to go on from');
  });

  it('send history as Google documents it: user, model with its signature, user', async () => {
    await using place = await photographed();
    await place.run(['edit', 'photo.jpg', '-p', 'make it night', '--sandbox']);
    const ran = await place.run(['edit', '--continue', 'add a lake', '--sandbox', '--dry-run', '--json']);
    expect(ran.json()['request']).toMatchObject({
      body: {
        contents: [
          { role: 'user', parts: [{ text: 'make it night' }, { inlineData: { mimeType: 'image/jpeg' } }] },
          {
            role: 'model',
            parts: [{ inlineData: { mimeType: 'image/jpeg' }, thoughtSignature: expect.any(String) }],
          },
          { role: 'user', parts: [{ text: 'add a lake' }] },
        ],
      },
    });
  });

  it('chat takes its lines from a pipe', async () => {
    await using place = await workplace();
    const input = 'a harbour\nat night\n/cost\n/save kept\n/quit\n';
    const ran = await place.run(['chat', '--sandbox', '-o', 'pictures/'], { input });
    expect(ran.code).toBe(0);
    expect(ran.stdout.trim().split('\n')).toHaveLength(3);
    expect(ran.stderr).toMatch(/for 2 turns of this session/);
    expect(await readdir(join(place.dir, 'pictures'))).toHaveLength(2);
  });

  it('a session survives kill -9 between turns', async () => {
    await using place = await workplace();
    const chat = place.start(['chat', '--sandbox', '--session', 'harbour'], { input: null });
    chat.child.stdin.write('a harbour\n');
    await until('the first turn is bought', () => chat.said().includes('for 1 turn of'), chat);
    chat.child.kill('SIGKILL');
    expect((await chat.ran).signal).toBe('SIGKILL');
    const ran = await place.run(['chat', '--sandbox', '--session', 'harbour'], { input: 'at night\n' });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/for 2 turns of this session/);
  });
});
