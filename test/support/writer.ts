import { books } from '../../src/adapters/ledger/books.ts';
import { Failure } from '../../src/core/errors.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { aBill, anImage, aPlan, aRun } from './purchases.ts';

// A process of its own that buys from the ledger in a folder: folder, its name, how many purchases.
const [folder = '', name = '', purchases = ''] = process.argv.slice(2);
const clock = { now: () => Date.now() };
const { ledger, journal } = books({ sandbox: false }, folder, clock);
const runId = `run-${name}`;
await ledger.begin(aRun({ runId, at: clock.now() }));

let bought = 0;
let refused = 0;
for (let n = 0; n < Number(purchases); n++) {
  const attemptId = `${name}-${n}`;
  const plan = aPlan({ attemptId, runId, expected: usd('0.025') });
  if (await isRefused(ledger.hold([plan]))) {
    refused++;
    continue;
  }
  await ledger.sending(attemptId);
  // What the other side would count: said aloud before the answer is written down.
  process.stdout.write(`sent ${attemptId}\n`);
  await journal.keep(plan, new Uint8Array(2000).fill(n));
  await ledger.replied(attemptId);
  await ledger.settle(attemptId, aBill('0.03'));
  await ledger.saved(attemptId, [anImage()]);
  await journal.remove(attemptId);
  bought++;
}
process.stdout.write(`${JSON.stringify({ bought, refused })}\n`);
await ledger.close();

async function isRefused(hold: Promise<void>): Promise<boolean> {
  try {
    await hold;
    return false;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'budget') return true;
    throw error;
  }
}
