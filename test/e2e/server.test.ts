import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { cluster } from '../../bench/cluster.mjs';
import { until } from '../../bench/process.mjs';
import { wireTo, type ProxiedWire } from '../../bench/proxy.mjs';
import { buyers } from '../../bench/team.mjs';
import { lacks } from '../support/lacks.ts';
import { booksOf } from './killing.ts';
import { ownLedger, team, type Machine, type Team } from './team.ts';

// The long versions are bench/team.mjs, and PIXTAB_TEST_RUNS.

const isLacking = lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES');
const BUY = ['a lighthouse at dusk', '-o', 'out/'];

describe.skipIf(isLacking)('a ledger at a server', () => {
  it('lets buyers on four machines, whose clocks differ by hours, spend no more than there is', async () => {
    const { PIXTAB_LEDGER: ledger = '' } = ownLedger();
    const result = await buyers({ processes: 6, machines: 4, dollars: '0.12', ledger });
    expect(result.fits).toBe(3);
    expect(result).toMatchObject({
      bought: result.fits,
      charged: result.fits,
      pictures: result.fits,
      otherwise: [],
      overBudget: false,
      held: 0n,
      settled: result.metered,
      waiting: 0,
      verified: 0,
    });
  });
});

describe.skipIf(isLacking)('a wire to the server', () => {
  let shop: Team;
  let wire: ProxiedWire;
  let here: Machine;
  beforeEach(async ({ onTestFinished }) => {
    const direct = ownLedger();
    const address = new URL(direct['PIXTAB_LEDGER'] ?? '');
    wire = await wireTo(inServer(address));
    onTestFinished(() => wire.close());
    address.searchParams.delete('host');
    address.hostname = '127.0.0.1';
    address.port = String(wire.port);
    shop = await team();
    onTestFinished(() => shop[Symbol.asyncDispose]());
    here = await shop.machine({ PIXTAB_LEDGER: address.href });
    // The tables are made over a wire that holds.
    await here.run(BUY);
  });

  const inServer = ({ hostname, port, searchParams }: URL) => {
    const socket = searchParams.get('host');
    return socket?.startsWith('/')
      ? { path: `${socket}/.s.PGSQL.${port || 5432}` }
      : { host: hostname, port: Number(port || 5432) };
  };

  /** Every message in its turn takes minutes, and was tried. */
  const STEP = process.env['PIXTAB_TEST_RUNS'] === undefined ? 12 : 1;

  it.each(['before', 'after'] as const)(
    'that is cut %s a message of a purchase, each in its turn, loses nothing and pays nothing twice',
    async (moment) => {
      const before = wire.messages();
      await here.run(BUY);
      const messages = wire.messages() - before;
      let cuts = 0;
      const refusals: string[] = [];
      for (let message = moment === 'before' ? 1 : 2; message <= messages; message += STEP) {
        wire.cutAt(message, moment);
        const { code, stderr } = await here.run(BUY);
        cuts += Number(wire.wasCut());
        // A server that was never reached is not waited for: its address may be wrong.
        if (code !== 0) refusals.push(`${code}: ${stderr}`);
      }
      expect(cuts).toBeGreaterThan(2);
      expect(refusals.filter((text) => !/^10: .*cannot be reached/s.test(text))).toEqual([]);
      await expectOrder(shop, here);
    },
  );

  it('that goes silent once a request is under way keeps nothing from being finished later', async () => {
    await dies(shop, here, () => wire.silence());
    wire.speak();
    await expectOrder(shop, here);
    expect(shop.sandbox.meter().charged).toBe(2);
  });
});

/** What is settled is what was charged, with a picture for each, and nothing is held or doubted. */
async function expectOrder({ sandbox }: Team, here: Machine): Promise<void> {
  expect((await here.run(['recover'])).code).toBe(0);
  const { charged, total } = sandbox.meter();
  const spend = await here.run(['spend', '--json']);
  const { settled, unconfirmed, held } = spend.json<{
    readonly total: { readonly settled: string; readonly unconfirmed: string; readonly held: string };
  }>().total;
  expect({ settled, unconfirmed, held }).toEqual({ settled: total, unconfirmed: '0', held: '0' });
  expect((await here.pictures()).length).toBe(charged);
  expect((await here.run(['verify'])).code).toBe(0);
}

/** Kills a machine's process once its answer is in the journal, while it waits for a server that something has happened to. */
async function dies({ gate }: Team, here: Machine, happens: () => unknown): Promise<void> {
  gate.shut();
  const buying = here.start(BUY);
  await gate.holds(1, buying);
  await happens();
  gate.open();
  await until('the answer is in the journal', () => booksOf(here).answers === 1, buying);
  buying.child.kill('SIGKILL');
  await buying.ran;
}

describe.skipIf(lacks("PostgreSQL's own programs (Debian's package)"))('docs/teams.md', () => {
  it('leads from an empty database to three runners under one budget', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/teams.md'), 'utf8');
    const blocks = [...page.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, kind, text = '']) => ({ kind, text }));
    const [first, second, third] = blocks;
    expect([first?.kind, first?.text]).toEqual(['sql', expect.stringContaining('CREATE DATABASE shop')]);
    const server = await cluster();
    await using shop = await team();
    try {
      const admin = new pg.Client({ connectionString: server.address });
      await admin.connect();
      for (const statement of first?.text.split(';\n').filter(Boolean) ?? []) await admin.query(statement);
      await admin.end();
      const settings = Object.fromEntries(
        (second?.text ?? '')
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(/=(.*)/).slice(0, 2)),
      ) as Record<string, string>;
      settings['PIXTAB_LEDGER'] = (settings['PIXTAB_LEDGER'] ?? '')
        .replace('db.example.com', `127.0.0.1:${server.port}`)
        // It has no certificate.
        .replace('verify-full', 'disable');
      const runners = await Promise.all(Array.from({ length: 3 }, () => shop.machine(settings)));
      const [runner] = runners as [Machine];
      expect((await runner.run(['doctor'])).code).toBe(0);
      const words = (third?.text ?? '').trim().split(/\s+/).slice(1);
      expect(words.slice(0, 2)).toEqual(['budget', 'set']);
      // Enough for two pictures, instead of twenty dollars.
      expect((await runner.run([...words.slice(0, -1), '0.08/day'])).code).toBe(0);
      expect((await runner.run(['ledger'])).stdout).toContain(
        `postgres://pixtab@127.0.0.1:${server.port}/shop`,
      );

      shop.gate.shut();
      let refused = 0;
      const buying = runners.map(async (each) => {
        const ran = await each.spawned(BUY);
        refused += Number(ran.code === 4);
        return ran;
      });
      await shop.gate.holds(2);
      await until('the third is refused', () => refused === 1);
      shop.gate.open();
      expect((await Promise.all(buying)).map(({ code }) => Number(code)).toSorted((a, b) => a - b)).toEqual([
        0, 0, 4,
      ]);
      const [budget] = (await runner.run(['budget', 'list', '--json'])).json<{
        readonly budgets: readonly { readonly used: string; readonly held: string }[];
      }>().budgets;
      expect([budget?.used, budget?.held]).toEqual([shop.sandbox.meter().total, '0']);
    } finally {
      await server.close();
    }
  });
});

describe.skipIf(lacks("PostgreSQL's own programs (Debian's package)"))('a server that is stopped', () => {
  it('and comes back keeps nobody from ending a purchase, and nothing is lost or paid twice', async () => {
    const server = await cluster();
    await using shop = await team();
    try {
      const here = await shop.machine({ PIXTAB_LEDGER: server.address });
      expect((await here.run(BUY)).code).toBe(0);

      // As by kill -9, while a request is under way, and back before anybody gives up.
      shop.gate.shut();
      const buying = here.run(BUY);
      await shop.gate.holds(1);
      await server.stop();
      await server.start();
      shop.gate.open();
      expect((await buying).code).toBe(0);
      await expectOrder(shop, here);

      // And gone for longer than its buyer lives.
      await dies(shop, here, () => server.stop());
      const refused = await here.run(BUY);
      expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('Nothing was sent')]);
      await server.start();
      await expectOrder(shop, here);
      expect(shop.sandbox.meter().charged).toBe(3);
    } finally {
      await server.close();
    }
  });
});
