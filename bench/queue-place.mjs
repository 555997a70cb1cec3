// Workers of a queue, each with a home of its own, and the laws that hold whatever happened to them. For the proofs, short and long.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { without } from './kill.mjs';
import { at, nano, picturesBelow } from './place.mjs';

export const AT_ONCE = 4;
/** What a command may end with that nobody killed. */
const CODES = new Set([0, 4, 8, 11, 12]);

/** Queues so many pictures and lets `work` do with them what it likes; then tells what is wrong. */
export const queueIn = ({ pictures, workers, seed = 1, ledger }, work) =>
  at({ flags: ['--latency', '30', '--seed', String(seed)] }, async (here) => {
    const store = join(here.home, '..', 'store');
    const homes = Array.from({ length: workers }, (_, n) => join(here.home, String(n)));
    for (const home of homes) await mkdir(home, { recursive: true });
    const settings = {
      PIXTAB_SANDBOX: '1',
      PIXTAB_BASE_URL: here.gate.url,
      PIXTAB_LEDGER: ledger,
      PIXTAB_STORE: store,
    };
    const wrong = [];
    let finished = 0;
    /** Resolves when it is over; whoever was not killed ends with a number that is known. */
    const begin = (args, home = homes[0]) => {
      const { ran, ...started } = here.start(args, { env: { ...settings, PIXTAB_HOME: home } });
      const judged = ran.then((end) => {
        if (end.signal === null && !CODES.has(end.code))
          wrong.push(`${args.join(' ')} ends with ${end.code}: ${end.stderr.slice(-400)}`);
        finished += end.stderr.split('of an earlier worker').length - 1;
        return end;
      });
      return { ...started, ran: judged };
    };
    const told = async (args) => JSON.parse((await begin([...args, '--json']).ran).stdout);
    const started = (home, ...args) => begin(['work', '--concurrency', String(AT_ONCE), ...args], home);
    const lines = Array.from({ length: pictures }, (_, n) => `p${n},picture ${n}`);
    await writeFile(join(here.dir, 'pixtab.csv'), ['id,prompt', ...lines].join('\n'));
    const books = await booksAt(ledger);
    try {
      const added = await told(['queue', 'add', '--yes']);
      const [{ high }] = await books.rows('SELECT max(high_nano) AS high FROM attempts');
      const shop = { homes, started, told, books, high: BigInt(high) };
      const worked = await work(shop);
      // Nobody disturbs the last ones, who finish what the others left, each in its home.
      for (const home of homes) await started(home, '--until-empty').ran;
      const looked = await lookedAt(here, { books, store, homes });
      for (const args of [['verify'], ['ledger', 'check']]) {
        const { code, stderr } = await begin(args).ran;
        if (code !== 0) wrong.push(`${args.join(' ')} ends with ${code}: ${stderr.slice(-400)}`);
      }
      const asked = added.changed + (worked.askedAgain ?? 0);
      const { counts, held } = await told(['queue']);
      wrong.push(...brokenBy({ ...looked, pictures, asked, counts, held }));
      const { attempts, posts, charged, bills, holds } = looked;
      return {
        ...worked,
        charged,
        bills,
        holds,
        finished,
        requests: [...posts.values()].reduce((sum, n) => sum + n, 0),
        unconfirmed: attempts.filter(({ state }) => state === 'unconfirmed').length,
        done: counts.done,
        wrong,
      };
    } finally {
      await books.close();
    }
  });

/** The ledger, read as anybody may who is let in. */
async function booksAt(address) {
  const url = new URL(address);
  const schema = `${url.searchParams.get('schema') ?? 'pixtab'}_sandbox`;
  url.searchParams.delete('schema');
  const pool = new pg.Pool({ connectionString: url.href, options: `-c search_path=${schema}` });
  // A server that was stopped has ended these sessions too.
  pool.on('error', () => {});
  const rows = async (sql) => (await pool.query(sql)).rows;
  return {
    rows,
    async counts() {
      const all = await rows('SELECT state, items FROM queue_sums');
      const of = (state) => Number(all.find((row) => row.state === state)?.items ?? 0);
      return { waiting: of('waiting'), done: of('done'), unconfirmed: of('unconfirmed') };
    },
    /** What is spent, or may be, and what is held. */
    async money() {
      const [row] = await rows(`SELECT
        (SELECT coalesce(sum(amount_nano), 0) FROM bills) +
        (SELECT coalesce(sum(expected_nano), 0) FROM attempts WHERE state = 'unconfirmed') AS used,
        (SELECT coalesce(sum(amount_nano), 0) FROM holds) AS held`);
      return { used: BigInt(row.used), held: BigInt(row.held) };
    },
    close: () => pool.end(),
  };
}

/** Meter, API, ledger, store and journals once everything is over. */
async function lookedAt(here, { books, store, homes }) {
  const { requests, charged } = await here.meter();
  const bills = await books.rows('SELECT amount_nano FROM bills');
  const attempts = await books.rows('SELECT attempt_id AS id, state, prompt FROM attempts');
  const [{ n: holds }] = await books.rows('SELECT count(*) AS n FROM holds');
  const kept = homes.map((home) => readdir(join(home, 'state', 'sandbox', 'journal')).catch(() => []));
  return {
    charged,
    attempts,
    posts: here.gate.prompts(),
    lost: without(
      requests.map(({ amount }) => nano(amount)),
      bills.map(({ amount_nano: amount }) => BigInt(amount)),
    ),
    bills: bills.length,
    holds: Number(holds),
    originals: (await picturesBelow(store)).map((path) => path.split('/').at(-1)),
    answers: (await Promise.all(kept)).flat().filter((name) => name.endsWith('.answer')).length,
  };
}

const ENDS = new Set(['saved', 'unconfirmed', 'released']);

/** Every law that does not hold, in a sentence each. */
function brokenBy({ pictures, asked, counts, held, ...looked }) {
  const { attempts, posts, lost, bills, holds, originals, answers } = looked;
  const of = (state) => attempts.filter((attempt) => attempt.state === state);
  const saved = new Set(of('saved').map(({ id }) => id.split('-')[0]));
  const known = new Map();
  for (const { prompt, state } of attempts) known.set(prompt, [...(known.get(prompt) ?? []), state]);
  const laws = {
    'every bill is a charge of the meter': lost !== null,
    'what was charged and is in no bill is counted as unconfirmed':
      (lost ?? []).length <= of('unconfirmed').length,
    'a bill for every request that was saved, and for no other': bills === of('saved').length,
    'nobody asks for more than somebody said': attempts.length === asked,
    'no request is sent twice': [...known].every(
      ([prompt, states]) => (posts.get(prompt) ?? 0) <= states.filter((state) => state !== 'released').length,
    ),
    'an original for every picture that was bought, and no other':
      originals.length === saved.size && originals.every((name) => saved.has(name)),
    'every picture is there, or told to be unconfirmed':
      counts.done + counts.unconfirmed === pictures && known.size === pictures,
    'nothing is held, and nothing is left half way':
      holds === 0 && held === '0' && attempts.every(({ state }) => ENDS.has(state)),
    'no answer is left in a journal': answers === 0,
  };
  return Object.entries(laws).flatMap(([law, holds]) => (holds ? [] : [law]));
}
