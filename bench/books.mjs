// What is wrong with a home once everything is over: the sandbox's meter, the ledger and the disk, held against each other.
import { readdir } from 'node:fs/promises';
import { without } from './kill.mjs';
import { nano } from './place.mjs';

const PICTURE = /\.(?:jpe?g|png)$/;

/** `most`: how many pictures were asked for, each once; left out where that is anybody's guess. */
export async function booksOf(here, { most = Infinity } = {}) {
  const wrong = [];
  const { requests, charged } = await here.meter();
  const charges = requests.map(({ amount }) => nano(amount));
  const bills = here.ledger('SELECT amount_nano FROM bills').map(({ amount_nano: amount }) => amount);
  const states = Object.fromEntries(
    here
      .ledger('SELECT state, count(*) AS n FROM attempts GROUP BY state')
      .map(({ state, n }) => [state, Number(n)]),
  );
  const { saved = 0, unconfirmed = 0, ...others } = states;
  const lost = without(charges, bills);
  if (lost === null) wrong.push('5: a bill that the meter never charged');
  else if (lost.length > unconfirmed)
    wrong.push(`2: ${lost.length} charges are in no bill, and ${unconfirmed} are counted as unconfirmed`);
  if (charged > most + unconfirmed) wrong.push(`3: ${charged} charges for ${most} pictures`);
  const halfWay = Object.keys(others).filter((state) => state !== 'released');
  const holds = Number(here.ledger('SELECT count(*) AS n FROM holds')[0].n);
  if (holds > 0 || halfWay.length > 0) wrong.push(`1: ${holds} holds are left, states ${halfWay.join()}`);
  if (saved !== bills.length) wrong.push(`2: ${bills.length} bills, and ${saved} of them are saved`);
  const pictures = (await here.pictures()).filter((path) => PICTURE.test(path)).length;
  const waiting = (await readdir(`${here.home}/state/sandbox/journal`).catch(() => [])).filter((name) =>
    name.endsWith('.answer'),
  ).length;
  if (waiting > 0) wrong.push(`2: ${waiting} answers wait in the journal`);
  for (const command of [['verify'], ['ledger', 'check']]) {
    const { code, stderr } = await here.run([...command, '--sandbox']);
    if (code !== 0) wrong.push(`${command.join(' ')} ends with ${code}: ${stderr.slice(0, 300)}`);
  }
  return { wrong, charged, bills: bills.length, unconfirmed, pictures };
}
