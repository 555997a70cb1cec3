import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { gatedPlace, type GatedPlace } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

/** How the queue stands, as its document says. */
interface Status {
  readonly counts: Readonly<Record<string, number>>;
  readonly held: string;
  readonly spent: string;
}

describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))('a queue', () => {
  let place: GatedPlace;
  let schema: string;
  let ledger: string;
  let store: string;
  const homes: Workplace[] = [];

  beforeEach(async () => {
    place = await gatedPlace();
    schema = `q_${randomBytes(6).toString('hex')}`;
    const address = new URL(inject('postgres') ?? '');
    address.searchParams.set('schema', schema);
    ledger = address.href;
    store = join(place.dir, '..', 'store');
  });
  afterEach(async () => {
    for (const home of homes.splice(0)) await home[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    const client = new pg.Client({ connectionString: inject('postgres') ?? '' });
    await client.connect();
    for (const name of ['', '_queue'])
      await client.query(`DROP SCHEMA IF EXISTS ${schema}_sandbox${name} CASCADE`);
    await client.end();
  });

  /** A machine with a home of its own. */
  async function machine(url?: string): Promise<Workplace> {
    const settings = {
      PIXTAB_SANDBOX: '1',
      PIXTAB_BASE_URL: url ?? place.gate.url,
      PIXTAB_LEDGER: ledger,
      PIXTAB_STORE: store,
    };
    const home = await workplace({ settings });
    homes.push(home);
    return home;
  }

  /** The gate lets no file through. */
  const jobMachine = (): Promise<Workplace> => machine(place.sandbox.url);

  async function shop(pictures: number): Promise<Workplace> {
    const home = await machine();
    const lines = Array.from({ length: pictures }, (_, n) => `p${n},picture ${n}`);
    await writeFile(join(home.dir, 'pixtab.csv'), ['id,prompt', ...lines].join('\n'));
    return home;
  }

  const status = async (home: Workplace): Promise<Status> =>
    (await home.run(['queue', '--json'])).json<Status>();
  const metered = () => place.sandbox.meter();

  it('is bought by workers of several machines, and put in place by apply at no cost', async () => {
    const home = await shop(6);
    expect((await home.run(['queue', 'add', '--max-cost', '1'])).code).toBe(0);
    const workers = await Promise.all([machine(), machine()]);
    const ends = await Promise.all(
      workers.map((worker) => worker.start(['work', '--until-empty', '--concurrency', '2']).ran),
    );
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const { counts, held, spent } = await status(home);
    expect(counts).toMatchObject({ done: 6, waiting: 0, working: 0 });
    expect([held, spent]).toEqual(['0', metered().total]);
    const applied = await home.run(['apply', '--json']);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('0 to buy, 6 at no cost')]);
    expect(metered().charged).toBe(6);
    expect((await home.run(['ledger', 'check'])).code).toBe(0);
  });

  it('lets what a killed worker had not sent be bought by another, and never what it had', async () => {
    const home = await shop(4);
    await home.run(['queue', 'add']);
    // The first request is sent, and its answer never comes; the second waits for its turn.
    place.gate.shut();
    const victim = (await machine()).start(['work', '--concurrency', '2', '--rpm', '1']);
    await place.gate.holds(1, victim);
    await until('the other one waits', () => victim.said().includes('wait '), victim);
    expect((await status(home)).counts).toMatchObject({ working: 2, waiting: 2 });
    victim.child.kill('SIGKILL');
    await victim.ran;
    place.gate.open();
    const other = await machine();
    const ended = await other.spawned(['work', '--until-empty', '--concurrency', '2']);
    expect(ended.code).toBe(0);
    const after = await status(home);
    expect(after.counts).toMatchObject({ waiting: 0, working: 0, unconfirmed: 1, done: 3 });
    // Nobody asked for the same twice.
    expect(metered().requests).toHaveLength(4);
    expect(after.held).toBe('0');
    // Asked for once more, because somebody said so.
    expect((await home.run(['queue', 'retry'])).stderr).toContain('0 pictures once more');
    await home.run(['queue', 'retry', '--unconfirmed']);
    await other.spawned(['work', '--until-empty']);
    expect((await status(home)).counts).toMatchObject({ done: 4, unconfirmed: 0 });
  });

  it('drains at SIGTERM: nothing more is taken, what is sent is finished, and it ends with 0', async () => {
    const home = await shop(5);
    await home.run(['queue', 'add']);
    place.gate.shut();
    const worker = (await machine()).start(['work', '--concurrency', '2']);
    await place.gate.holds(2, worker);
    worker.child.kill('SIGTERM');
    await until('it says so', () => worker.said().includes('Finishing what is paid for'), worker);
    place.gate.open();
    const { code } = await worker.ran;
    expect(code).toBe(0);
    expect((await status(home)).counts).toMatchObject({ done: 2, waiting: 3, working: 0, unconfirmed: 0 });
    expect(metered().charged).toBe(2);
  });

  it('is bought by batch: one worker submits, another fetches, and apply puts it in place', async () => {
    place.sandbox.control.change({ batchMs: 3_600_000 });
    const home = await shop(4);
    const added = await home.run(['queue', 'add', '--lane', 'mixed', '--urgent', 'p0', '--json']);
    expect(added.code).toBe(0);
    const first = await (await jobMachine()).spawned(['work', '--until-empty']);
    expect([first.code, first.stderr]).toEqual([
      12,
      expect.stringContaining('3 pictures of the queue in jobs'),
    ]);
    expect((await status(home)).counts).toMatchObject({ done: 1, inJobs: 3, waiting: 0, working: 0 });
    place.sandbox.control.change({ batchMs: 0 });
    const [one, two] = await Promise.all([jobMachine(), jobMachine()]);
    const ends = await Promise.all(
      [one, two].map((worker) => worker.start(['work', '--until-empty', '--wait']).ran),
    );
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const { counts, held, spent } = await status(home);
    expect([counts, held, spent]).toEqual([
      expect.objectContaining({ done: 4, inJobs: 0 }),
      '0',
      metered().total,
    ]);
    const applied = await home.run(['apply', '--json']);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('0 to buy, 4 at no cost')]);
    expect(metered().charged).toBe(4);
    expect((await home.run(['ledger', 'check'])).code).toBe(0);
  });

  it('lets another worker find the job whose maker was killed before it heard of it', async () => {
    const home = await shop(3);
    await home.run(['queue', 'add', '--lane', 'batch']);
    place.sandbox.control.setFaults('batch:hang');
    const victim = (await jobMachine()).start(['work']);
    await until('the job is made', () => place.sandbox.control.pending().length === 0, victim);
    victim.child.kill('SIGKILL');
    await victim.ran;
    expect((await status(home)).counts).toMatchObject({ inJobs: 3 });
    const other = await (await jobMachine()).spawned(['work', '--until-empty', '--wait']);
    expect(other.code).toBe(0);
    const { counts, held } = await status(home);
    expect([counts, held]).toEqual([expect.objectContaining({ done: 3, unconfirmed: 0 }), '0']);
    // Made once, and charged once.
    expect(metered().charged).toBe(3);
  });

  it('keeps two workers within one limit, and nobody is refused', async () => {
    place.sandbox.control.change({ rpm: 6 });
    const home = await shop(9);
    await home.run(['queue', 'add']);
    const workers = await Promise.all([machine(), machine()]);
    const running = workers.map((worker) => worker.start(['work', '--rpm', '6', '--concurrency', '4']));
    await until(
      'the first minute of the limit is used',
      async () => (await status(home)).counts['done'] === 6,
      ...running,
    );
    for (const { child } of running) child.kill('SIGTERM');
    expect((await Promise.all(running.map(({ ran }) => ran))).map(({ code }) => code)).toEqual([0, 0]);
    expect((await status(home)).counts).toMatchObject({ done: 6, waiting: 3, working: 0 });
    expect(metered().requests.every(({ fault }) => fault === null)).toBe(true);
  });
});
