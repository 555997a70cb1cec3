import { describe, expect, it } from 'vitest';
import { wireTo } from '../../../../bench/proxy.mjs';
import { ledgerIn } from '../../../../src/adapters/ledger/ledger.ts';
import { postgres, type Server } from '../../../../src/adapters/ledger/postgres/postgres.ts';
import { addressIn } from '../../../../src/adapters/ledger/postgres/address.ts';
import { codeOf } from '../../../../src/adapters/ledger/postgres/errors.ts';
import { pgWire } from '../../../../src/adapters/ledger/postgres/pg-wire.ts';
import { sessionOver } from '../../../../src/adapters/ledger/postgres/session.ts';
import type { Connect, Wire } from '../../../../src/adapters/ledger/postgres/wire.ts';
import type { Queries } from '../../../../src/adapters/ledger/queries.ts';
import { sum, usd } from '../../../../src/core/pricing/money.ts';
import type { Ledger } from '../../../../src/ports/index.ts';
import { rejection } from '../../../support/failure.ts';
import { lacks } from '../../../support/lacks.ts';
import { freshSchema } from '../../../support/postgres.ts';
import { aBill, anImage, aPlan, aRun } from '../../../support/purchases.ts';

/** When a connection breaks: before a message is sent, or after it was obeyed and before its answer came. */
type Moment = 'before' | 'after';

interface Network {
  readonly connect: Connect;
  /** Messages so far. */
  readonly sent: () => number;
  /** Breaks the connection around a message, counted from now. */
  readonly breakAt: (message: number, moment: Moment) => void;
  /** Whether anybody can connect. */
  up: boolean;
}

/** A network that breaks when it is told to. */
function network(connect: Connect): Network {
  let sent = 0;
  let at: readonly [number, Moment] | null = null;
  const gone = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

  function passing(wire: Wire) {
    return async <T>(message: () => Promise<T>): Promise<T> => {
      sent += 1;
      const moment = at !== null && at[0] === sent ? at[1] : null;
      if (moment === 'after') await message();
      if (moment === null && here.up) return message();
      wire.close();
      throw gone();
    };
  }

  const here: Network = {
    async connect() {
      if (!here.up) throw gone();
      const wire = await connect();
      const pass = passing(wire);
      return {
        ...wire,
        query: (sql, values) => pass(() => wire.query(sql, values)),
        script: (sql) => pass(() => wire.script(sql)),
      };
    },
    sent: () => sent,
    breakAt(message, moment) {
      at = [sent + message, moment];
    },
    up: true,
  };
  return here;
}

/** A server that crashes at the end of the transaction that comes next, which it keeps or forgets. */
function crashing(connect: Connect, { isKept }: { isKept: boolean }) {
  let isDue = false;
  let hasCrashed = false;
  return {
    crash: () => void (isDue = true),
    hasCrashed: () => hasCrashed,
    connect: async (): Promise<Wire> => {
      const wire = await connect();
      return {
        ...wire,
        async script(sql) {
          if (!isDue || sql !== 'COMMIT') return wire.script(sql);
          isDue = false;
          hasCrashed = true;
          await wire.script(isKept ? sql : 'ROLLBACK');
          throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
        },
      };
    },
  };
}

const naps = () => {
  let slept = 0;
  let then: () => unknown = () => undefined;
  return {
    async sleep(ms: number) {
      slept += ms;
      then();
    },
    random: () => 0.5,
    slept: () => slept,
    onSleep: (what: () => unknown) => void (then = what),
  };
};

const open = (server: Server, unheard?: Set<string>): Ledger =>
  ledgerIn(postgres(server), {
    unheard,
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
    every: () => () => {},
  });

const price = usd('0.03');

async function purchase(ledger: Ledger, id: string): Promise<void> {
  await ledger.hold([aPlan({ attemptId: id })]);
  await ledger.sending(id);
  await ledger.replied(id);
  await ledger.settle(id, aBill('0.03'));
  await ledger.saved(id, [anImage()]);
}

// The one inside the process has no connection that could break.
describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))('a connection that breaks', () => {
  // With a step of 1 it takes half a minute, and was tried.
  it.each<[Moment, number]>([
    ['before', 1],
    ['after', 2],
  ])(
    '%s a message of a purchase, each in its turn, loses nothing and books nothing twice',
    async (moment, first) => {
      await using schema = await freshSchema();
      const net = network(schema.connect);
      const server = { ...schema, session: sessionOver(net.connect), clock: naps(), isDurable: true };
      const ledger = open(server);
      await ledger.begin(aRun());
      await purchase(ledger, 'whole');
      const before = net.sent();
      await purchase(ledger, 'as usual');
      const messages = net.sent() - before;
      expect(messages).toBeGreaterThan(30);
      let purchases = 2;
      for (let message = first; message <= messages; message += 3) {
        purchases += 1;
        net.breakAt(message, moment);
        await purchase(ledger, `cut-${message}`);
      }
      const all = await ledger.receipts({ by: 'run', value: 'run-1' });
      expect(all).toHaveLength(purchases);
      for (const { state, bill, sends, images } of all)
        expect({ state, amount: bill?.amount, sends, images: images.length }).toEqual({
          state: 'saved',
          amount: price,
          sends: 1,
          images: 1,
        });
      const slices = await ledger.spending({ by: 'model', since: null, until: null });
      expect(slices).toMatchObject([{ settled: sum(all.map(() => price)), held: 0n, requests: purchases }]);
      expect(await ledger.contradictions()).toEqual([]);
      await ledger.close();
    },
  );

  it('is waited for where the server was there, and then given up, for everybody', async () => {
    await using schema = await freshSchema();
    const net = network(schema.connect);
    const clock = naps();
    const ledger = open({ ...schema, session: sessionOver(net.connect), clock });
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    net.up = false;
    expect(await rejection(ledger.sending('attempt-1'))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
    const waited = clock.slept();
    expect(waited).toBeGreaterThanOrEqual(20_000);
    expect(waited).toBeLessThan(25_000);
    // What is paid for is no bug of a ledger that is not there, and does not wait once more.
    expect(await rejection(ledger.settle('attempt-1', aBill('0.03')))).toMatchObject({
      kind: 'disk',
      charged: 'yes',
      hint: expect.stringContaining('is kept here'),
    });
    expect(clock.slept()).toBe(waited);
    net.up = true;
    await ledger.sending('attempt-1');
    await ledger.settle('attempt-1', aBill('0.03'));
    expect(await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([
      { state: 'settled', sends: 1 },
    ]);
    await ledger.close();
  });

  it.each([
    ['forgot what it was doing has not done it: that is begun again', { isKept: false }],
    ['kept it has done it, and it is not done twice', { isKept: true }],
  ])('to a server that crashed and %s', async (_, how) => {
    await using schema = await freshSchema();
    const server = crashing(schema.connect, how);
    const ledger = open({ ...schema, session: sessionOver(server.connect), clock: naps() });
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    server.crash();
    await ledger.sending('attempt-1');
    expect(await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([
      { state: 'sent', sends: 1 },
    ]);
    expect(server.hasCrashed()).toBe(true);
    await ledger.close();
  });

  it('is no reason to believe in a transaction of another that has a number of its own', async () => {
    await using schema = await freshSchema();
    const server = crashing(schema.connect, { isKept: false });
    const ledger = open({ ...schema, session: sessionOver(server.connect), clock: naps() });
    const other = open({ ...schema, session: schema.session() });
    for (const each of [ledger, other]) await each.begin(aRun());
    await ledger.hold([aPlan({ attemptId: 'one' }), aPlan({ attemptId: 'two' })]);
    server.crash();
    await Promise.all([ledger.sending('one'), other.sending('two')]);
    expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toMatchObject([
      { state: 'sent', sends: 1 },
      { state: 'sent', sends: 1 },
    ]);
    await Promise.all([ledger.close(), other.close()]);
  });

  it('while nobody has a turn to ask whether it was done does not do it again', async () => {
    await using schema = await freshSchema();
    const server = crashing(schema.connect, { isKept: true });
    const connect: Connect = async () => {
      const wire = await server.connect();
      return {
        ...wire,
        async script(sql) {
          if (server.hasCrashed() && sql.includes('SELECT number FROM commits'))
            throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
          return wire.script(sql);
        },
      };
    };
    const ledger = open({ ...schema, session: sessionOver(connect), clock: naps() });
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    server.crash();
    expect(await rejection(ledger.sending('attempt-1'))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
    expect(await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([
      { state: 'sent', sends: 1 },
    ]);
    await ledger.close();
  });

  it('is not waited for where nobody ever answered: the address may be wrong', async () => {
    await using schema = await freshSchema();
    const net = network(schema.connect);
    net.up = false;
    const clock = naps();
    const ledger = open({ ...schema, session: sessionOver(net.connect), clock });
    expect(await rejection(ledger.begin(aRun()))).toMatchObject({
      kind: 'unavailable',
      message: `The ledger ${schema.shown} cannot be reached: read ECONNRESET.`,
    });
    expect(clock.slept()).toBe(0);
    await ledger.close();
  });
});

describe('a hold that nobody heard of', () => {
  it('is given back by the process that did not hear, however long it lives', async () => {
    await using schema = await freshSchema();
    let isDue = false;
    let isDown = false;
    const gone = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const connect: Connect = async () => {
      if (isDown) throw gone();
      const wire = await schema.connect();
      let writes = false;
      return {
        ...wire,
        async script(sql) {
          if (sql.startsWith('BEGIN')) writes = sql.startsWith('BEGIN;');
          const isLast = isDue && writes && sql === 'COMMIT';
          const result = await wire.script(sql);
          if (!isLast) return result;
          isDown = true;
          throw gone();
        },
      };
    };
    const unheard = new Set<string>();
    // As the server of an agent has it: its books are open for one call.
    const books = () => open({ ...schema, session: sessionOver(connect), clock: naps() }, unheard);
    const stateOf = async (id: string): Promise<string | undefined> => {
      const ledger = books();
      const [receipt] = await ledger.receipts({ by: 'attempt', value: id });
      await ledger.close();
      return receipt?.state;
    };
    const ledger = books();
    await ledger.begin(aRun());
    await ledger.hold([aPlan({ attemptId: 'held' })]);
    isDue = true;
    expect(await rejection(ledger.hold([aPlan({ attemptId: 'unheard' })]))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
    });
    await ledger.close();
    [isDue, isDown] = [false, false];
    expect(await stateOf('unheard')).toBe('released');
    expect(await stateOf('held')).toBe('held');
  });

  it('is held like any other once that is heard', async () => {
    await using schema = await freshSchema();
    const unheard = new Set(['attempt-1']);
    const ledger = open({ ...schema, session: schema.session(), clock: naps() }, unheard);
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    await ledger.hold([aPlan({ attemptId: 'another' })]);
    expect(await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([{ state: 'held' }]);
    await ledger.close();
  });
});

/** A server that takes writes, or only reads, as a standby does until it is promoted. */
function standby(connect: Connect) {
  const here = {
    reads: false,
    async connect(): Promise<Wire> {
      const wire = await connect();
      return {
        ...wire,
        async script(sql) {
          if (here.reads && sql.startsWith('BEGIN;'))
            throw Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), {
              code: '25006',
            });
          return wire.script(sql);
        },
      };
    },
  };
  return here;
}

describe('a server that only reads', () => {
  async function world() {
    const schema = await freshSchema();
    const server = standby(schema.connect);
    const clock = naps();
    const opened = () => open({ ...schema, session: sessionOver(server.connect), clock });
    const ledger = opened();
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    return { schema, server, clock, ledger, opened, [Symbol.asyncDispose]: schema[Symbol.asyncDispose] };
  }

  it('is no server to wait for where it never took a write, and is read', async () => {
    await using here = await world();
    here.server.reads = true;
    const ledger = here.opened();
    expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toHaveLength(1);
    expect(await rejection(ledger.sending('attempt-1'))).toMatchObject({
      kind: 'unavailable',
      charged: 'no',
      message: `The ledger ${here.schema.shown} takes no writes: cannot execute UPDATE in a read-only transaction.`,
      hint: expect.stringContaining('PIXTAB_LEDGER'),
    });
    expect(here.clock.slept()).toBe(0);
    await Promise.all([ledger.close(), here.ledger.close()]);
  });

  it('is waited for where it stands in for one that did, until it is promoted, and once', async () => {
    await using here = await world();
    const { server, clock, ledger } = here;
    server.reads = true;
    const promoted = ledger.sending('attempt-1');
    clock.onSleep(() => (server.reads = false));
    await promoted;
    server.reads = true;
    clock.onSleep(() => undefined);
    expect(await rejection(ledger.settle('attempt-1', aBill('0.03')))).toMatchObject({ kind: 'disk' });
    const waited = clock.slept();
    // What it takes to ask in vain counts too.
    expect(waited).toBeGreaterThan(10_000);
    expect(await rejection(ledger.settle('attempt-1', aBill('0.03')))).toMatchObject({ kind: 'disk' });
    expect(clock.slept()).toBe(waited);
    server.reads = false;
    await ledger.settle('attempt-1', aBill('0.03'));
    await ledger.close();
  });
});

/** A server that fails at one message, counted from now, and passes over the rest of the transaction. */
function failing(connect: Connect, code: string) {
  let sent = 0;
  let at = 0;
  let isOver = false;
  const refused = (code: string, why: string): Error => Object.assign(new Error(why), { code });
  async function passing<T>(message: () => Promise<T>): Promise<T> {
    sent += 1;
    const number = sent;
    // Asynchronous, as a server is: the next statement may be on its way.
    await new Promise((resolve) => void setImmediate(resolve));
    if (isOver) throw refused('25P02', 'current transaction is aborted');
    isOver = number === at;
    if (isOver) throw refused(code, 'it failed');
    return message();
  }
  return {
    sent: () => sent,
    failAt: (message: number) => void (at = sent + message),
    connect: async (): Promise<Wire> => {
      const wire = await connect();
      isOver = false;
      return {
        ...wire,
        query: (sql, values) => passing(() => wire.query(sql, values)),
        async script(sql) {
          if (sql === 'ROLLBACK') isOver = false;
          try {
            return await passing(() => wire.script(sql));
          } catch (error) {
            if (sql !== 'COMMIT') throw error;
            // An end that fails is one, and a transaction in which something failed is undone by its end.
            isOver = false;
            const undone = await wire.script('ROLLBACK');
            if (codeOf(error) === '25P02') return undone;
            throw error;
          }
        },
      };
    },
  };
}

describe('a statement that fails', () => {
  it.each([
    ['53100', 'unavailable', /cannot be written: it failed/],
    ['58030', 'unavailable', /cannot be written: it failed/],
    ['57014', 'unavailable', /cannot be written: it failed/],
    ['XX001', 'usage', /is damaged at the server: it failed/],
  ] as const)('with %s is what is told, whichever it is', async (code, kind, message) => {
    await using schema = await freshSchema();
    const net = failing(schema.connect, code);
    const ledger = open({ ...schema, session: sessionOver(net.connect), clock: naps(), isDurable: false });
    const everyDay = { per: 'day', model: null, project: null, agent: null, zone: 'UTC' } as const;
    await ledger.setBudget({ ...everyDay, amount: usd('100') });
    await ledger.begin(aRun());
    await ledger.hold([aPlan({ attemptId: 'the first' })]);
    const before = net.sent();
    await ledger.hold([aPlan({ attemptId: 'as usual' })]);
    const messages = net.sent() - before;
    expect(messages).toBeGreaterThan(8);
    const ends = [];
    for (let at = 1; at <= messages; at += 1) {
      net.failAt(at);
      ends.push(await ledger.hold([aPlan({ attemptId: `struck-${at}` })]).catch((error: unknown) => error));
    }
    // Whether a look without the lock came to its end does not matter to anybody.
    const failures = ends.filter((end) => end instanceof Error);
    expect(failures).toHaveLength(messages - 1);
    for (const end of failures) expect(end).toMatchObject({ kind, message: expect.stringMatching(message) });
  });
});

/** A server that fails once at some of what it is asked, before it does anything of that. */
function refusing(connect: Connect, isRefused: (sql: string) => boolean, code: string) {
  let isDue = false;
  const failure = (): Error => Object.assign(new Error('it failed'), { code });
  const refuses = (sql: string): boolean => {
    const refuses = isDue && isRefused(sql);
    if (refuses) isDue = false;
    return refuses;
  };
  return {
    refuse: () => void (isDue = true),
    connect: async (): Promise<Wire> => {
      const wire = await connect();
      return {
        ...wire,
        async query(sql, values) {
          if (!refuses(sql)) return wire.query(sql, values);
          // What fails within a transaction spoils it.
          await wire.query('SELECT 1 / 0', []).catch(() => undefined);
          throw failure();
        },
        async script(sql) {
          if (refuses(sql)) throw failure();
          return wire.script(sql);
        },
      };
    },
  };
}

describe('a server that takes a transaction and fails', () => {
  it.each(['55P03', '57014', '53100'])(
    'with %s at waiting for its disk is not asked to do it twice',
    async (code) => {
      await using schema = await freshSchema();
      const server = refusing(schema.connect, (sql) => sql.includes('pg_logical_emit_message'), code);
      const ledger = open({
        ...schema,
        session: sessionOver(server.connect),
        clock: naps(),
        isDurable: true,
      });
      await ledger.begin(aRun());
      server.refuse();
      await ledger.hold([aPlan()]);
      expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toMatchObject([{ state: 'held' }]);
      await ledger.close();
    },
  );

  it('before it began is told so, and not by what came after', async () => {
    await using schema = await freshSchema();
    const server = refusing(schema.connect, (sql) => sql.startsWith('BEGIN ISOLATION'), '57014');
    const ledger = open({ ...schema, session: sessionOver(server.connect), clock: naps() });
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    server.refuse();
    expect(await rejection(ledger.receipts({ by: 'run', value: 'run-1' }))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('cannot be written: it failed'),
    });
    await ledger.close();
  });

  it('to remember where a write of several begins is told so to each of them', async () => {
    await using schema = await freshSchema();
    const server = refusing(schema.connect, (sql) => sql.startsWith('SAVEPOINT'), '53100');
    const ledger = open({ ...schema, session: sessionOver(server.connect), clock: naps() });
    await ledger.begin(aRun());
    await ledger.hold([aPlan({ attemptId: 'one' }), aPlan({ attemptId: 'two' })]);
    server.refuse();
    const ends = await Promise.all(['one', 'two'].map((id) => rejection(ledger.sending(id))));
    for (const end of ends)
      expect(end).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('it failed') });
    await ledger.close();
  });
});

describe.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))('a network that goes silent', () => {
  // The later ones are within a transaction, whose statements do not wait for each other.
  it.each([0, 2, 3])(
    'at message %i is given up after a while, and heard again when it speaks',
    async (message) => {
      await using schema = await freshSchema();
      const { target } = addressIn(schema.address ?? '', process.env);
      const wire = await wireTo(
        target.host.startsWith('/') ? { path: `${target.host}/.s.PGSQL.${target.port}` } : target,
      );
      const through = { ...target, host: '127.0.0.1', port: wire.port };
      let isSilent = false;
      // A busy machine may take its time, too, as long as somebody answers.
      const connect: Connect = () => pgWire(through, { connectMs: isSilent ? 100 : 30_000, answerMs: 2_000 });
      const ledger = open({ ...schema, session: sessionOver(connect), clock: naps() });
      await ledger.begin(aRun());
      await ledger.hold([]);
      wire.silence(message);
      isSilent = true;
      expect(await rejection(ledger.hold([aPlan()]))).toMatchObject({ kind: 'unavailable', charged: 'no' });
      wire.speak();
      isSilent = false;
      await ledger.hold([aPlan()]);
      expect(await ledger.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([{ state: 'held' }]);
      await ledger.close();
      wire.close();
    },
  );
});

it('goes by the clock of the server, whatever those of its clients say', async () => {
  await using schema = await freshSchema();
  const heldAt = async (ahead: number, id: string) => {
    const ledger = open({ ...schema, session: schema.session() });
    await ledger.begin(aRun({ runId: id, at: Date.now() + ahead }));
    await ledger.hold([aPlan({ runId: id, attemptId: id })]);
    const [receipt] = await ledger.receipts({ by: 'attempt', value: id });
    await ledger.close();
    return receipt?.heldAt ?? 0;
  };
  const hour = 3_600_000;
  expect(Math.abs((await heldAt(hour, 'early')) - (await heldAt(-hour, 'late')))).toBeLessThan(60_000);
});

it('forgets the numbers of connections that are long over', async () => {
  await using schema = await freshSchema();
  const opened = () => postgres({ ...schema, session: schema.session() }, 'slots').open();
  const [first, second] = [await opened(), await opened()];
  await first.transaction((queries) =>
    queries.run(`INSERT INTO commits VALUES
      ('00000000-0000-0000-0000-000000000001', 50, clock_timestamp() - interval '2 days'),
      ('00000000-0000-0000-0000-000000000002', 60, clock_timestamp() - interval '1 hour')`),
  );
  await second.transaction(() => {});
  await second.transaction(() => {});
  const commits = await first.snapshot((queries) =>
    queries.all('SELECT number FROM commits ORDER BY number'),
  );
  expect(commits).toEqual([{ number: 1n }, { number: 2n }, { number: 60n }]);
  await Promise.all([first.close(), second.close()]);
});

it('does what was begun before it is closed', async () => {
  await using schema = await freshSchema();
  const connection = await postgres({ ...schema, session: schema.session() }, 'slots').open();
  const enter = (queries: Queries) =>
    queries.run("INSERT INTO slots (account, model, taken_ms, images, cost_nano) VALUES ('a', 'm', 1, 1, 1)");
  const waiting = connection.transaction(enter);
  const closed = connection.close();
  expect(await waiting).toBe(1);
  await closed;
});

const aSlot = (queries: Queries, account: string | null) =>
  queries.tell(
    'INSERT INTO slots (account, model, taken_ms, images, cost_nano) VALUES (?, ?, 1, 1, 1)',
    account,
    account,
  );

it('undoes of the writes of one moment those that fail, each for its own reason, and keeps the others', async () => {
  await using schema = await freshSchema();
  const connection = await postgres({ ...schema, session: schema.session() }, 'slots').open();
  const write = (account: string | null, fails?: string) =>
    connection.transaction((queries) => {
      aSlot(queries, account);
      if (fails !== undefined) queries.tell(fails);
    });
  const all = await Promise.allSettled([
    write('first'),
    write('second', 'INSERT INTO slots (nothing) VALUES (1)'),
    write(null),
    write('fourth'),
  ]);
  expect(all).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { message: expect.stringContaining('"nothing"') } },
    { status: 'rejected', reason: { message: expect.stringContaining('null value') } },
    { status: 'fulfilled' },
  ]);
  const kept = await connection.snapshot((queries) => queries.all('SELECT account FROM slots ORDER BY slot'));
  expect(kept).toEqual([{ account: 'first' }, { account: 'fourth' }]);
  await connection.close();
});

it('asks before it is its turn, and changes nothing then', async () => {
  await using schema = await freshSchema();
  const connection = await postgres({ ...schema, session: schema.session() }, 'slots').open();
  const hasty = connection.earlyTransaction((queries) => aSlot(queries, 'hasty'));
  await expect(hasty).rejects.toThrow('before it is its turn');
  const slots = connection.earlyTransaction(async (queries, now) => {
    const slots = queries.all('SELECT * FROM slots');
    await now;
    aSlot(queries, 'in turn');
    return slots;
  });
  expect(await slots).toEqual([]);
  await connection.close();
});
