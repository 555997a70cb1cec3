// Machines that share one ledger at a PostgreSQL server: `npm run build && node bench/team.mjs [buyers] [machines] [dollars]`.
// Without PIXTAB_TEST_POSTGRES, a server of one's own from Debian's package. Where network namespaces can be made, each machine has one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { cluster } from './cluster.mjs';
import { hasNamespaces, namespaces } from './namespaces.mjs';
import { at, nano } from './place.mjs';
import { until } from './process.mjs';

const BUY = ['a lighthouse at dusk', '--sandbox', '--json', '-o', 'out/'];
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
/** The clocks of machines, in hours from the right time. */
const HOURS = ['+0', '+1', '-1', '+0'];

/** As many buyers as that from as many homes at once; all of them ask before anybody is served. `isApart`: each home has a network of its own. */
export const buyers = ({ isApart = false, machines = 4, ...size }) =>
  at({}, async (here) => {
    const ports = [here.gate.url, here.url, size.ledger].map((url) => Number(new URL(url).port || 5432));
    const networks = isApart ? await namespaces(machines, ports) : null;
    try {
      return await bought(here, { ...size, machines, networks });
    } finally {
      networks?.close();
    }
  });

async function bought(here, { processes, machines, dollars = '1.00', ledger, networks }) {
  const envOf = (n) => ({
    PIXTAB_HOME: join(here.home, String(n)),
    PIXTAB_LEDGER: ledger,
    ...(existsSync(FAKETIME) && { LD_PRELOAD: FAKETIME, FAKETIME: `${HOURS[n % HOURS.length]}h` }),
  });
  const on = (n, args) => here.run(args, { env: envOf(n), within: networks?.within(n) });
  const told = async (n, args) => JSON.parse((await on(n, [...args, '--sandbox', '--json'])).stdout);
  await on(0, ['budget', 'set', `${dollars}/month`, '--sandbox']);
  let done = 0;
  const buy = async (_, n) => {
    const { code, stdout, stderr } = await on(n % machines, [...BUY, '--base-url', here.gate.url]);
    done += 1;
    if (stdout === '') throw new Error(`pixtab ended with ${code}: ${stderr}`);
    const { quote, error } = JSON.parse(stdout);
    return { code, high: nano(quote?.high ?? '0'), error };
  };
  here.gate.shut();
  const buying = Array.from({ length: processes }, buy);
  // One that fails is told below, when the others have ended.
  for (const each of buying) each.catch(() => undefined);
  await until('all hold or are refused', () => here.gate.waiting() + done >= processes);
  const heldByThen = nano((await told(0, ['budget', 'list'])).budgets[0].held);
  here.gate.open();
  const all = await Promise.all(buying);

  const [budget] = (await told(1 % machines, ['budget', 'list'])).budgets;
  const { total, charged } = await here.meter();
  const waiting = await told(2 % machines, ['recover', '--list']);
  return {
    fits: Number(nano(dollars) / all[0].high),
    bought: all.filter(({ code }) => code === 0).length,
    otherwise: all.flatMap(({ error }) => (error === null || error.kind === 'budget' ? [] : [error.message])),
    overBudget: heldByThen > nano(dollars) || nano(total) > nano(dollars),
    held: nano(budget.held),
    metered: nano(total),
    settled: nano((await told(3 % machines, ['spend'])).total.settled),
    charged,
    pictures: (await here.pictures()).length,
    waiting: waiting.answers.length,
    verified: (await on(0, ['verify', '--sandbox'])).code,
  };
}

/** A schema at a server, dropped in the end with what the sandbox has beside it. */
export async function inSchema(address, work) {
  const schema = `pixtab_team_${process.pid}_${Date.now().toString(36)}`;
  const own = new URL(address);
  own.searchParams.set('schema', schema);
  try {
    return await work(own.href);
  } finally {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    for (const name of ['', '_sandbox', '_sandbox_queue'])
      await client.query(`DROP SCHEMA IF EXISTS ${schema}${name} CASCADE`);
    await client.end();
  }
}

if (process.argv[1] === import.meta.filename) {
  const [, , processes = '64', machines = '4', dollars = '1.00'] = process.argv;
  const given = process.env.PIXTAB_TEST_POSTGRES;
  const own = given ? null : await cluster();
  const isApart = hasNamespaces();
  try {
    const began = performance.now();
    const result = await inSchema(given ?? own.address, (ledger) =>
      buyers({ processes: Number(processes), machines: Number(machines), dollars, ledger, isApart }),
    );
    console.log(result, isApart ? 'each machine in a network of its own' : 'on one network');
    console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
    const laws = {
      'never above the budget': !result.overBudget,
      'all that fits was admitted, and nobody else':
        result.bought === Math.min(result.fits, Number(processes)),
      'the ledger is the meter': result.settled === result.metered,
      'no hold is left': result.held === 0n && result.waiting === 0,
      'a picture for every charge': result.pictures === result.charged && result.charged === result.bought,
      'nothing else went wrong': result.otherwise.length === 0 && result.verified === 0,
    };
    for (const [law, holds] of Object.entries(laws)) console.log(`${holds ? 'holds ' : 'BROKEN'}  ${law}`);
    if (!Object.values(laws).every(Boolean)) process.exitCode = 1;
  } finally {
    await own?.close();
  }
}
