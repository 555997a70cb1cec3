// Processes killed at random moments: `npm run build && node bench/kill.mjs [kills] [seed]`.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, ledgerSeized, nano } from './place.mjs';
import { until } from './process.mjs';

const SIDE_BY_SIDE = 3;
const PICTURES = 3;
/** Fewer than the pictures, so that one of them is still held when the others are sent. */
const AT_ONCE = 2;

/** Buys, kills, recovers twice, and tells what sandbox, ledger and disk then say. */
export const killing = ({ kills, seed = 1 }) =>
  at({ flags: ['--latency', '40', '--seed', String(seed)] }, async (here) => {
    const random = dice(seed);
    let number = 0;
    const start = () => {
      number += 1;
      const prompt = `lighthouse ${number}${' by the sea'.repeat(number % 5)}`;
      const where = ['-o', `out/${number}/`, '--base-url', here.gate.url];
      return here.start([
        prompt,
        '--sandbox',
        '-n',
        String(PICTURES),
        '--concurrency',
        String(AT_ONCE),
        ...where,
      ]);
    };
    // Starting up is the longest part and the dullest, the longer the busier the machine: the price is said after it.
    const priced = (buyer) => until('it says the price', () => buyer.said().includes('price  $'), buyer);
    const lives = Array.from({ length: SIDE_BY_SIDE }, async () => {
      const buyer = start();
      await priced(buyer);
      const began = performance.now();
      await buyer.ran;
      return performance.now() - began;
    });
    const life = Math.max(...(await Promise.all(lives)));

    let left = kills;
    const strike = async (moment) => {
      const victim = start();
      await priced(victim);
      await Promise.race([moment(victim), victim.ran]);
      victim.child.kill('SIGKILL');
      await victim.ran;
    };
    const hunt = async () => {
      while (left > 0) {
        left -= 1;
        await strike(() => sleep(life * random()));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, hunt));
    // At random few kills meet an answer, which is not kept for long, so each stage is met once on purpose as well.
    const aimed = async (moment) => {
      here.gate.shut();
      await strike(moment);
      here.gate.open();
    };
    const sent = (victim) => here.gate.holds(AT_ONCE, victim);
    await aimed(sent);
    const before = (await answersIn(here)).length;
    let release = () => {};
    await aimed(async (victim) => {
      await sent(victim);
      // Its bill has to wait, so that the answer stays where it is.
      release = ledgerSeized(join(here.home, 'state', 'sandbox'));
      here.gate.open();
      await until('an answer is kept', async () => (await answersIn(here)).length > before, victim);
    });
    release();
    const met = await metBy(here);

    const waiting = (await here.json(['recover', '--list', '--sandbox'])).answers.length;
    const recovered = await here.json(['recover', '--sandbox']);
    const pictures = await here.pictures();
    const again = await here.json(['recover', '--sandbox']);
    const { total, charged, requests } = await here.meter();
    return {
      life,
      met,
      runs: number,
      waiting,
      recovered: recovered.answers.filter(({ status }) => status === 'done').length,
      again: again.answers.length,
      pictures: pictures.length,
      picturesAfterAgain: (await here.pictures()).length,
      charged,
      metered: nano(total),
      charges: requests.map(({ amount }) => nano(amount)),
      bills: here.ledger('SELECT amount_nano FROM bills').map(({ amount_nano: amount }) => amount),
      states: Object.fromEntries(
        here
          .ledger('SELECT state, count(*) AS n FROM attempts GROUP BY state')
          .map(({ state, n }) => [state, Number(n)]),
      ),
      holds: Number(here.ledger('SELECT count(*) AS n FROM holds')[0].n),
      verified: (await here.run(['verify', '--sandbox'])).code,
    };
  });

/** Requests that a kill met: before they were sent, on their way, and with the answer kept but not all of it done. */
async function metBy(here) {
  const kept = await answersIn(here);
  const attempts = here.ledger('SELECT attempt_id AS id, state FROM attempts');
  const among = (...some) =>
    attempts.filter(({ id, state }) => some.includes(state) && !kept.includes(id)).length;
  return { held: among('held', 'released'), sent: among('sent', 'unconfirmed'), answers: kept.length };
}

/** Attempts whose answer is kept. */
const answersIn = async ({ home }) =>
  (await readdir(join(home, 'state', 'sandbox', 'journal'))).flatMap((name) =>
    name.endsWith('.answer') ? name.slice(0, -'.answer'.length) : [],
  );

/** What is left of some amounts when each of the others is taken out once; null when one is not there. */
export function without(amounts, others) {
  const left = [...amounts];
  for (const amount of others) {
    const place = left.indexOf(amount);
    if (place < 0) return null;
    left.splice(place, 1);
  }
  return left;
}

/** Park and Miller's generator: the same moments for the same seed. */
export function dice(seed) {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

if (process.argv[1] === import.meta.filename) {
  const [, , kills = '300', seed = '1'] = process.argv;
  const { charges, bills, ...result } = await killing({ kills: Number(kills), seed: Number(seed) });
  const { saved = 0, unconfirmed = 0, ...others } = result.states;
  const lost = without(charges, bills);
  console.log({ ...result, lost: lost?.length });
  const laws = {
    'every bill is a charge of the meter': lost !== null,
    'what was charged and is not on disk is counted as unconfirmed': (lost ?? []).length <= unconfirmed,
    'a picture for every bill': result.pictures === bills.length && saved === bills.length,
    'nothing is left half way':
      result.holds === 0 && Object.keys(others).every((state) => state === 'released'),
    'recovering twice does nothing twice':
      result.again === 0 && result.pictures === result.picturesAfterAgain,
    'the books are in order': result.verified === 0,
  };
  for (const [law, holds] of Object.entries(laws)) console.log(`${holds ? 'holds ' : 'BROKEN'}  ${law}`);
  if (!Object.values(laws).every(Boolean)) process.exitCode = 1;
}
