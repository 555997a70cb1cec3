import { setTimeout as sleep } from 'node:timers/promises';
import { usd } from '../../src/core/pricing/money.ts';
import { sqliteSlots } from './sqlite.ts';

// A process of its own that takes turns as fast as it gets them, on a clock that runs a hundred times too fast: path of the
// ledger, requests a minute, how many turns.
const [path = '', rpm = '', sends = ''] = process.argv.slice(2);
const FAST = 100;
let now = 0;
const clock = { now: () => (now = Date.now() * FAST) };
const slots = sqliteSlots(path, { id: 'google.example#0123456789ab', title: 'Google' }, clock);
const taken: number[] = [];
while (taken.length < Number(sends)) {
  const answer = await slots.take({ model: 'm', images: 1, cost: usd('0.000000001') }, { rpm: Number(rpm) });
  if ('slot' in answer) {
    taken.push(now);
    await slots.arrives(answer, 0);
  } else await sleep(answer.waitMs / FAST);
}
await slots.close();
process.stdout.write(JSON.stringify(taken));
