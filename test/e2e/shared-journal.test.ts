import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { lacks } from '../support/lacks.ts';
import { ownLedger, team, type Machine, type Team } from './team.ts';

const JOURNAL = { PIXTAB_JOURNAL: 'store', PIXTAB_STORE: 's3://pictures/shop' };
const FOLDER = 'shop/sandbox/journal/';
const BUY = ['a lighthouse at dusk', '-o', 'out/'];
const DENIED = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };

let shop: Team;
beforeEach(async ({ onTestFinished }) => {
  shop = await team();
  onTestFinished(() => shop[Symbol.asyncDispose]());
});

const answers = (): readonly string[] => [...shop.bucket.objects.keys()];
const metered = (): string => shop.sandbox.meter().total;

/** Kills a machine's process once its answer is in the bucket, before anything is made of it. */
async function dies(here: Machine, args = BUY): Promise<void> {
  shop.bucket.refusals.set('PUT', 'stalled');
  const victim = here.start(args);
  await until('the answer is in the bucket', () => answers().length > 0, victim);
  victim.child.kill('SIGKILL');
  await victim.ran;
  shop.bucket.refusals.clear();
}

describe.each([
  { whose: 'of its own', isThere: true, ledger: () => ({}) },
  {
    whose: 'that all machines share',
    isThere: !lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'),
    ledger: ownLedger,
  },
])('a journal in the store, with a ledger $whose', ({ isThere, ledger }) => {
  it.runIf(isThere)('has an answer for another machine when the first is gone with its disk', async () => {
    const books = ledger();
    const a = await shop.machine({ ...JOURNAL, ...books });
    await dies(a);
    expect(answers()).toEqual([expect.stringMatching(new RegExp(`^${FOLDER}[\\w-]+\\.answer$`))]);
    await a.burn();
    const b = await shop.machine({ ...JOURNAL, ...books });
    expect((await b.run(['recover', '--list'])).stdout).toContain('a lighthouse at dusk');
    const ran = await b.run(['recover', '-o', 'rescued/']);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('rescued')]);
    expect([(await b.pictures()).length, await b.settled(), answers()]).toEqual([1, metered(), []]);
    const again = await b.run(['recover']);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('nothing to recover')]);
    expect((await b.run(['verify'])).code).toBe(0);
    expect(shop.sandbox.meter().charged).toBe(1);
  });

  it.runIf(isThere)('is finished by one of several machines that come at the same moment', async () => {
    const books = ledger();
    const a = await shop.machine({ ...JOURNAL, ...books });
    await dies(a, [...BUY, '-n', '2', '--concurrency', '1']);
    await a.burn();
    const others = await Promise.all(Array.from({ length: 3 }, () => shop.machine({ ...JOURNAL, ...books })));
    const ran = await Promise.all(others.map((other) => other.spawned(['recover', '-o', 'rescued/'])));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
    const pictures = await Promise.all(others.map((other) => other.pictures()));
    expect(pictures.flat()).toHaveLength(1);
    expect(answers()).toEqual([]);
  });

  it.runIf(isThere)('is left to the machine that is still at it', async () => {
    const books = ledger();
    const a = await shop.machine({ ...JOURNAL, ...books });
    shop.bucket.refusals.set('PUT', 'stalled');
    const buying = a.start(BUY);
    await until('the answer is in the bucket', () => answers().length > 0, buying);
    const b = await shop.machine({ ...JOURNAL, ...books });
    const ran = await b.run(['recover']);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('is being worked on')]);
    shop.bucket.refusals.clear();
    shop.bucket.hangUp();
    expect((await buying.ran).code).toBe(0);
    expect([(await a.pictures()).length, (await b.pictures()).length, answers()]).toEqual([1, 0, []]);
  });
});

describe('a journal in the store', () => {
  it('is finished by the machine that comes back, and then there is nothing for others', async () => {
    const a = await shop.machine(JOURNAL);
    await dies(a);
    expect((await a.run(['recover'])).code).toBe(0);
    expect([(await a.pictures()).length, await a.settled(), answers()]).toEqual([1, metered(), []]);
  });

  it('is empty when all went well', async () => {
    const a = await shop.machine(JOURNAL);
    expect((await a.run([...BUY, '-n', '3'])).code).toBe(0);
    expect(answers()).toEqual([]);
    const kept = shop.bucket.requests.filter((request) => request.startsWith('PUT'));
    expect(kept).toHaveLength(3);
  });

  it('buys nothing where the bucket takes nothing', async () => {
    const a = await shop.machine(JOURNAL);
    shop.bucket.refusals.set('POST', DENIED);
    const { code, stderr } = await a.run(BUY);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(`Answers could not be kept at s3://pictures/${FOLDER}, so nothing was sent.`),
    ]);
    expect(shop.sandbox.meter().charged).toBe(0);
  });

  it('says where the bucket fails after the purchase, and has the picture', async () => {
    const a = await shop.machine(JOURNAL);
    shop.bucket.refusals.set('PUT', DENIED);
    const { code, stdout } = await a.run([...BUY, '--json']);
    const { warnings } = JSON.parse(stdout) as { readonly warnings: readonly string[] };
    expect(code).toBe(0);
    expect(warnings).toContainEqual(
      expect.stringContaining('The answer is kept on this machine alone: The bucket pictures answered 403'),
    );
    expect([(await a.pictures()).length, await a.settled()]).toEqual([1, metered()]);
  });

  it('is let go of later where that fails', async () => {
    const a = await shop.machine(JOURNAL);
    shop.bucket.refusals.set('DELETE', DENIED);
    const { code, stderr } = await a.run(BUY);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/could not be removed.*\n.*pixtab recover/s)]);
    shop.bucket.refusals.clear();
    expect((await a.run(['recover'])).code).toBe(0);
    expect([(await a.pictures()).length, await a.settled(), answers()]).toEqual([1, metered(), []]);
  });

  it('does not keep a look at the books from its end where the bucket fails', async () => {
    const a = await shop.machine(JOURNAL);
    await a.run(BUY);
    shop.bucket.refusals.set('GET', DENIED);
    const { code, stdout, stderr } = await a.run(['history']);
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('a lighthouse'),
      expect.stringContaining('Whether paid answers wait is not known'),
    ]);
  });

  it('is not chosen by a folder, which could send answers anywhere', async () => {
    const a = await shop.machine();
    await writeFile(join(a.dir, '.env'), 'PIXTAB_JOURNAL=s3://pictures/\n');
    const ran = await a.run(BUY);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('PIXTAB_JOURNAL in .env is ignored')]);
    await writeFile(join(a.dir, '.pixtab.json'), '{ "journal": "s3://pictures/" }');
    expect(await a.run(BUY)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('decide where your paid answers are kept'),
    });
    expect(shop.bucket.requests).toEqual([]);
  });

  it.each([
    [{ PIXTAB_JOURNAL: 'store' }, 'PIXTAB_JOURNAL is "store", and your store is in no bucket'],
    [{ PIXTAB_JOURNAL: 'store', PIXTAB_STORE: '/tmp/x' }, 'your store is in no bucket'],
    [{ PIXTAB_JOURNAL: '/tmp/x' }, 'PIXTAB_JOURNAL takes local, store or s3://bucket/prefix, not "/tmp/x"'],
    [{ PIXTAB_JOURNAL: 's3://No/' }, '"No" is no name of a bucket'],
  ])('is refused as %j', async (settings, message) => {
    const a = await shop.machine(settings);
    expect(await a.run(BUY)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('is in a bucket of its own where that is named, or nowhere', async () => {
    const a = await shop.machine({ PIXTAB_JOURNAL: 's3://pictures' });
    expect((await a.run(BUY)).code).toBe(0);
    expect(shop.bucket.requests).toContainEqual(expect.stringMatching(/^PUT sandbox\/journal\//));
    shop.bucket.requests.splice(0);
    expect((await a.run(BUY, { env: { PIXTAB_JOURNAL: 'local' } })).code).toBe(0);
    expect(shop.bucket.requests).toEqual([]);
  });
});
