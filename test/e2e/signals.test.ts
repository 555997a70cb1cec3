import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { gatedPlace, place, type GatedPlace } from './place.ts';

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly images: readonly { readonly path: string }[];
  readonly cost: { readonly amount: string; readonly charged: string };
  readonly error: { readonly kind: string };
}

const buying = ({ start }: GatedPlace, ...flags: readonly string[]) =>
  start(['a cat', '-o', 'out/', '--json', ...flags]);

const states = (here: GatedPlace) =>
  here.ledger('SELECT state FROM attempts ORDER BY state').map(({ state }) => state);

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s lets what is under way be paid, saved and told, and starts no more',
    async (signal) => {
      await using here = await gatedPlace();
      here.gate.shut();
      const buyer = buying(here, '-n', '5', '--concurrency', '2');
      await here.gate.holds(2, buyer);
      buyer.child.kill(signal);
      const says = () => buyer.said().includes('Finishing what is paid for');
      await until('it says that it has the signal', says, buyer);
      here.gate.open();
      const { code, stdout } = await buyer.ran;
      const document = JSON.parse(stdout) as Document;
      expect(code).toBe(130);
      expect(document).toMatchObject({ outcome: 'cancelled', exitCode: 130, cost: { charged: 'yes' } });
      expect(document.images).toHaveLength(2);
      expect(await here.pictures()).toHaveLength(2);
      expect(here.sandbox.meter()).toMatchObject({ charged: 2, total: document.cost.amount });
      expect(states(here)).toEqual(['released', 'released', 'released', 'saved', 'saved']);
    },
  );

  it('SIGHUP, however often and with nobody left to read, lets what is paid be saved', async () => {
    await using here = await gatedPlace();
    here.gate.shut();
    const { child, ran } = buying(here);
    await here.gate.holds(1, { ran });
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    here.gate.open();
    expect(await ran).toMatchObject({ signal: null });
    expect(await here.pictures()).toHaveLength(1);
    expect(states(here)).toEqual(['saved']);
  });

  it('a reader of -o - that left finds the picture again', async () => {
    await using here = await gatedPlace();
    here.gate.shut();
    const { child, ran } = here.start(['a cat', '-o', '-']);
    await here.gate.holds(1, { ran });
    child.stdout.destroy();
    here.gate.open();
    const { code, stderr } = await ran;
    expect(code).toBe(11);
    expect(stderr).toContain('pixtab recover');
    expect((await here.run(['recover'])).code).toBe(0);
    expect(await here.pictures()).toHaveLength(1);
  });

  it('ends a process whose command has ended, whatever still holds it', async () => {
    await using here = await place();
    const held = 'data:text/javascript,setInterval(() => {}, 1000)';
    const { child, ran, said } = here.start(['a cat', '-o', '/proc/none/cat.jpg', '--json'], {
      env: { NODE_OPTIONS: `--import=${encodeURI(held)}` },
    });
    await until('it said how it failed', () => said().includes('none/cat.jpg'), { ran });
    // The first may still find the command at its last word.
    await until('it is gone', () => !child.kill('SIGTERM'));
    expect(await ran).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('sends nothing again after it, though a repeat was due', async () => {
    await using here = await gatedPlace({ faults: '429=30x9' });
    const buyer = buying(here);
    await until('it waits for a repeat', () => buyer.said().includes('Trying again'), buyer);
    buyer.child.kill('SIGINT');
    const { code, stdout } = await buyer.ran;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'cancelled', cost: { charged: 'no' } });
    expect(states(here)).toEqual(['released']);
  });

  it('leaves at once when it comes again, and says what may have been charged', async () => {
    await using here = await gatedPlace();
    const paid = buying(here, '-n', '1');
    expect((await paid.ran).code).toBe(0);

    here.gate.shut();
    const buyer = buying(here, '-n', '3', '--concurrency', '1');
    await here.gate.holds(1, buyer);
    buyer.child.kill('SIGINT');
    await until('it says that it has the signal', () => buyer.said().includes('Ctrl-C again leaves'), buyer);
    const then = performance.now();
    // What comes within a second of the first is the same Ctrl-C.
    buyer.child.kill('SIGINT');
    await until('a second is over', () => performance.now() - then > 1_000, buyer);
    buyer.child.kill('SIGTERM');
    const { code, stdout } = await buyer.ran;
    const document = JSON.parse(stdout) as Document;
    expect(code).toBe(130);
    expect(document).toMatchObject({ outcome: 'cancelled', images: [], cost: { charged: 'unknown' } });
    expect(states(here)).toEqual(['released', 'released', 'saved', 'unconfirmed']);
    // Nothing came back, so nothing is kept; nothing half-written is left either.
    expect(await readdir(join(here.home, 'state', 'sandbox', 'journal'))).toEqual([]);
    expect((await here.run(['recover'])).code).toBe(0);
    expect((await here.run(['verify'])).code).toBe(0);
  });
});
