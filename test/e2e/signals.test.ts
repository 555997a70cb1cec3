import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, until, type Place } from '../../bench/place.mjs';

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly images: readonly { readonly path: string }[];
  readonly cost: { readonly amount: string; readonly charged: string };
  readonly error: { readonly kind: string };
}

const buying = ({ gate, start }: Place, ...flags: readonly string[]) =>
  start(['a cat', '--sandbox', '--base-url', gate.url, '-o', 'out/', '--json', ...flags]);

const states = (here: Place) =>
  here.ledger('SELECT state FROM attempts ORDER BY state').map(({ state }) => state);

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s lets what is under way be paid, saved and told, and starts no more',
    async (signal) => {
      await at({}, async (here) => {
        here.gate.shut();
        const { child, ran } = buying(here, '-n', '5', '--concurrency', '2');
        await until(() => here.gate.waiting() === 2);
        child.kill(signal);
        here.gate.open();
        const { code, stdout, stderr } = await ran;
        const document = JSON.parse(stdout) as Document;
        expect(code).toBe(130);
        expect(stderr).toContain('Finishing what is paid for');
        expect(document).toMatchObject({ outcome: 'cancelled', exitCode: 130, cost: { charged: 'yes' } });
        expect(document.images).toHaveLength(2);
        expect(await here.pictures()).toHaveLength(2);
        expect(await here.meter()).toMatchObject({ charged: 2, total: document.cost.amount });
        expect(states(here)).toEqual(['released', 'released', 'released', 'saved', 'saved']);
      });
    },
  );

  it('SIGHUP, however often and with nobody left to read, lets what is paid be saved', async () => {
    await at({}, async (here) => {
      here.gate.shut();
      const { child, ran } = buying(here);
      await until(() => here.gate.waiting() === 1);
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill('SIGHUP');
      child.kill('SIGHUP');
      here.gate.open();
      expect(await ran).toMatchObject({ signal: null });
      expect(await here.pictures()).toHaveLength(1);
      expect(states(here)).toEqual(['saved']);
    });
  });

  it('a reader of -o - that left finds the picture again', async () => {
    await at({}, async (here) => {
      here.gate.shut();
      const { child, ran } = here.start(['a cat', '--sandbox', '--base-url', here.gate.url, '-o', '-']);
      await until(() => here.gate.waiting() === 1);
      child.stdout?.destroy();
      here.gate.open();
      const { code, stderr } = await ran;
      expect(code).toBe(11);
      expect(stderr).toContain('pixtab recover');
      expect((await here.run(['recover', '--sandbox'])).code).toBe(0);
      expect(await here.pictures()).toHaveLength(1);
    });
  });

  it('sends nothing again after it, though a repeat was due', async () => {
    await at({ flags: ['--fault', '429=30x9'] }, async (here) => {
      const { child, ran } = buying(here);
      let said = '';
      child.stderr?.on('data', (text) => (said += String(text)));
      await until(() => said.includes('Trying again'));
      child.kill('SIGINT');
      const { code, stdout } = await ran;
      expect(code).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'cancelled', cost: { charged: 'no' } });
      expect(states(here)).toEqual(['released']);
    });
  });

  it('leaves at once when it comes twice, and says what may have been charged', async () => {
    await at({}, async (here) => {
      const paid = buying(here, '-n', '1');
      expect((await paid.ran).code).toBe(0);

      here.gate.shut();
      const { child, ran } = buying(here, '-n', '3', '--concurrency', '1');
      await until(() => here.gate.waiting() === 1);
      child.kill('SIGINT');
      child.kill('SIGTERM');
      const { code, stdout } = await ran;
      const document = JSON.parse(stdout) as Document;
      expect(code).toBe(130);
      expect(document).toMatchObject({ outcome: 'cancelled', images: [], cost: { charged: 'unknown' } });
      expect(states(here)).toEqual(['released', 'released', 'saved', 'unconfirmed']);
      // Nothing came back, so nothing is kept; nothing half-written is left either.
      expect(await readdir(join(here.home, 'state', 'sandbox', 'journal'))).toEqual([]);
      expect((await here.run(['recover', '--sandbox'])).code).toBe(0);
      expect((await here.run(['verify', '--sandbox'])).code).toBe(0);
    });
  });
});
