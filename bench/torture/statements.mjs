// Strikes statements on their way to a server of PostgreSQL: a proxy that stands in between counts them, and fails one, loses it, or
// ends pixtab there. A statement is whatever the server answers with one "ready": a script, or what lies before a Sync.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import pg from 'pg';

/** What the server says instead of an answer: full, only for reading, damaged, locked, cancelled. */
const CODES = ['53100', '25006', 'XX001', '55P03', '57014'];
/** The connection is cut, or pixtab killed, before the server hears a statement, or when it has done it. */
const CUTS = ['cut', 'cut after', 'kill', 'kill after'];

export const STATEMENT_FAULTS = { statement: [...CODES, ...CUTS] };
export const LASTING_STATEMENTS = ['53100', '25006', 'XX001', 'cut'];

/** Where the end of a transaction fails, that is its end too. */
const raising = (code, isEnd) =>
  message(
    'Q',
    `${isEnd ? 'ROLLBACK; ' : ''}DO $$ BEGIN RAISE EXCEPTION 'torture' USING ERRCODE = '${code}'; END $$\0`,
  );

function message(type, text) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const text = (bytes) =>
  bytes
    .toString('latin1')
    .replaceAll(/[^ -~]+/g, ' ')
    .trim();

/** Whole messages out of a stream of bytes; the first that a client sends has no type. */
function messages(onMessage, isTyped) {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const start = isTyped ? 1 : 0;
      if (rest.length < start + 4) return;
      const end = start + rest.readInt32BE(start);
      if (rest.length < end) return;
      const whole = rest.subarray(0, end);
      rest = rest.subarray(end);
      const type = isTyped ? String.fromCharCode(whole[0]) : '';
      isTyped = true;
      onMessage(whole, type);
    }
  };
}

/** What a place needs to have its ledger at the server of this address, in a database of its own. */
export async function statementsAt(address, name) {
  const target = new URL(address);
  const used = `${name}_used`;
  const told = async (...statements) => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  };
  let point = null;
  let calls = [];
  let kill = () => {};

  function passed(client) {
    if (point !== null && isStruck() && point.fault === 'cut' && point.lasts) return client.destroy();
    const server = connect(Number(target.port || 5432), target.hostname);
    let unit = [];
    let [sent, answered, stopAt] = [0, -1, null];
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    const toServer = (whole, type) => {
      if (type === '' || type === 'X') return server.write(whole);
      unit.push(whole);
      if (type !== 'Q' && type !== 'S') return undefined;
      const all = Buffer.concat(unit);
      unit = [];
      sent += 1;
      if (!meets(all)) return server.write(all);
      const { fault } = point;
      if (fault === 'cut') return cut();
      if (fault === 'kill') {
        kill();
        // What was sent along behind it does not arrive without it.
        return server.destroy();
      }
      if (CODES.includes(fault)) return server.write(raising(fault, /COMMIT|ROLLBACK$/.test(text(all))));
      stopAt = sent;
      return server.write(all);
    };
    const toClient = (whole, type) => {
      const isOver = type === 'Z' && (answered += 1) === stopAt;
      // The first "ready" ends no statement, but the beginning.
      if (stopAt === null || answered < stopAt - 1 || (type === 'Z' && answered === stopAt - 1))
        return client.write(whole);
      if (!isOver) return undefined;
      return point.fault === 'cut after' ? cut() : kill();
    };
    client.on('data', messages(toServer, false)).on('error', cut).on('close', cut);
    server.on('data', messages(toClient, true)).on('error', cut).on('close', cut);
    return undefined;
  }
  const isStruck = () => calls.some((call) => call.isStrike);
  function meets(bytes) {
    if (point === null) return false;
    const number = calls.filter((call) => call.kind !== undefined).length + 1;
    const path = bytes
      .toString('latin1')
      .replaceAll(/[^ -~]+/g, ' ')
      .slice(0, 200);
    calls.push({ number, kind: 'statement', path, isStrike: false });
    if (point.statement !== undefined && !path.includes(point.statement)) return false;
    if (point.fault === undefined || number < point.number || (isStruck() && !point.lasts)) return false;
    calls.push({ isStrike: true });
    return true;
  }

  const proxy = createServer(passed);
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const own = new URL(address);
  own.pathname = `/${name}`;
  const through = new URL(own);
  through.hostname = '127.0.0.1';
  through.port = String(proxy.address().port);
  through.searchParams.set('sslmode', 'disable');
  const anew = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;

  return {
    env: { PIXTAB_LEDGER: through.href },
    async begin(next) {
      // A fault that prepares the scene is aimed at the text of a statement.
      [point, calls] = [next.statement ? { ...next, number: 1 } : next, []];
      return {};
    },
    onChild: (child) => (kill = () => child.kill('SIGKILL')),
    end: () => (point = null),
    calls: async () => calls,
    lay: (isNew) => told(anew, `CREATE DATABASE ${name}${isNew ? '' : ` TEMPLATE ${used}`}`),
    keep: () => told(`CREATE DATABASE ${used} TEMPLATE ${name}`),
    async rows(sql) {
      const client = new pg.Client({
        connectionString: own.href,
        options: '-c search_path=pixtab_sandbox',
        types: { getTypeParser: () => (text) => (/^-?\d+$/.test(text) ? BigInt(text) : text) },
      });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    async close() {
      proxy.close();
      await told(anew, `DROP DATABASE IF EXISTS ${used} WITH (FORCE)`);
    },
  };
}
