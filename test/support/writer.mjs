// A process of its own that buys from a ledger until it is told to stop: ledger folder, number, purchases, fate.
import { books } from '../../dist/adapters/books.js';

const [folder, name, purchases, fate] = process.argv.slice(2);
const clock = { now: () => Date.now() };
const { ledger, journal } = books({ sandbox: false }, folder, clock);
const line = { meter: 'image', quantity: 1, unit: 'image', rate: 30_000_000n, per: 1, amount: 30_000_000n };
const bill = { basis: 'listed', charged: 'yes', lines: [line], amount: 30_000_000n };
const image = { path: 'a.png', mimeType: 'image/png', width: 1, height: 1, bytes: 1, sha256: 'ff' };
const save = { paths: ['a'], cwd: '/', format: null, quality: null, replace: false };

const runId = `run-${name}`;
await ledger.begin({ runId, command: 'test', at: clock.now(), project: null, labels: [] });
const what = {
  runId,
  model: 'm',
  wire: 'predict',
  lane: 'now',
  size: '1K',
  aspect: null,
  images: 1,
  prompt: 'p',
  low: 20_000_000n,
  expected: 25_000_000n,
  high: 40_000_000n,
  save,
};
let refused = 0;
let bought = 0;
for (let n = 0; n < Number(purchases); n++) {
  const attemptId = `${name}-${n}`;
  const plan = {
    ...what,
    attemptId,
  };
  try {
    await ledger.hold([plan]);
  } catch (error) {
    if (error.kind !== 'budget') throw error;
    refused++;
    continue;
  }
  if (fate === 'keep') {
    bought++;
    continue;
  }
  await ledger.sending(attemptId);
  // What the other side would count: said aloud before the answer is written down.
  process.stdout.write(`sent ${attemptId}\n`);
  await journal.keep(plan, Buffer.alloc(2000, n));
  await ledger.replied(attemptId);
  await ledger.settle(attemptId, bill);
  await ledger.saved(attemptId, [image]);
  await journal.remove(attemptId);
  bought++;
}
process.stdout.write(`${JSON.stringify({ bought, refused })}\n`);
ledger.close();
