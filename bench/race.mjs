// Many processes at once against one budget: `npm run build && node bench/race.mjs [processes] [dollars]`.
import { at, nano } from './place.mjs';
import { until } from './process.mjs';

const BUY = ['a lighthouse at dusk', '--sandbox', '--json', '-o', 'out/'];

/**
 * All of them ask before anybody is served, so that every hold stands while the others ask. Then the budget is doubled and
 * as many again race with the gate open; then one after the other buys until there is no more.
 */
export const race = ({ processes, dollars = '1.00' }) =>
  at({}, async (here) => {
    const { gate } = here;
    const limit = (amount) => here.run(['budget', 'set', `${amount.toFixed(2)}/month`, '--sandbox']);
    await limit(Number(dollars));
    const buy = async () => {
      const { code, stdout } = await here.run([...BUY, '--base-url', gate.url]);
      done += 1;
      const { quote, error } = JSON.parse(stdout);
      return { code, high: nano(quote.high), error };
    };
    let done = 0;
    const all = () => Array.from({ length: processes }, buy);

    gate.shut();
    const holding = all();
    await until('all hold or are refused', () => gate.waiting() + done >= processes);
    const heldByThen = nano((await here.json(['budget', 'list', '--sandbox'])).budgets[0].held);
    gate.open();
    const first = await Promise.all(holding);
    await limit(2 * Number(dollars));
    const second = await Promise.all(all());
    const last = [];
    while (last.at(-1)?.code !== 4) last.push(await buy());

    const [budget] = (await here.json(['budget', 'list', '--sandbox'])).budgets;
    const { total, charged } = await here.meter();
    return {
      high: first[0].high,
      otherwise: [...first, ...second, ...last].flatMap(({ error }) =>
        error === null || error.kind === 'budget' ? [] : [error.message],
      ),
      first: bought(first),
      second: bought(second),
      last: bought(last),
      heldByThen,
      budget: nano(budget.amount),
      used: nano(budget.used),
      held: nano(budget.held),
      left: nano(budget.left),
      metered: nano(total),
      charged,
      spent: (await here.json(['spend', '--sandbox'])).total,
      pictures: (await here.pictures()).length,
      waiting: (await here.json(['recover', '--list', '--sandbox'])).answers.length,
      verified: (await here.run(['verify', '--sandbox'])).code,
    };
  });

const bought = (results) => results.filter(({ code }) => code === 0).length;

if (process.argv[1] === import.meta.filename) {
  const [, , processes = '64', dollars = '1.00'] = process.argv;
  const began = performance.now();
  const result = await race({ processes: Number(processes), dollars });
  console.log(result);
  console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
  const { high, budget, metered, used, held, first, second, last, charged, pictures } = result;
  const laws = {
    'never above the budget': metered <= budget,
    'all that fits was admitted': BigInt(first) === budget / 2n / high && result.left < high,
    'the ledger is the meter': used === metered && nano(result.spent.settled) === metered,
    'no hold is left': held === 0n && result.waiting === 0,
    'a picture for every charge': pictures === charged && charged === first + second + last,
    'the books are in order': result.verified === 0,
  };
  for (const [law, holds] of Object.entries(laws)) console.log(`${holds ? 'holds ' : 'BROKEN'}  ${law}`);
  if (!Object.values(laws).every(Boolean)) process.exitCode = 1;
}
