// Workers of a queue under kill -9: `npm run build && PIXTAB_TEST_POSTGRES=postgres://… node bench/queue-kill.mjs [kills] [seed] [pictures]`.
// Three are kept alive; again and again one of them is killed at a random moment. What nobody knows of then is asked for again,
// as somebody would who says so, and the budget has room for just that.
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from './kill.mjs';
import { AT_ONCE, queueIn } from './queue-place.mjs';
import { inSchema } from './team.mjs';

const WORKERS = 3;
/** A worker that has taken something is killed within this time, which is longer than a few pictures take. */
const LIFE_MS = 1_000;
/** Some are killed before that, while they look at what others left. */
const START_MS = 2_000;
const EARLY = 0.25;
/** Nobody waits longer for one to take something: there may be nothing left. */
const LONGEST_START_MS = 10_000;

/** Plays it with a ledger at a server, and tells what is wrong then. */
export const queueKilled = ({ pictures, kills, seed = 1, ledger }) =>
  queueIn({ pictures, workers: WORKERS, seed, ledger }, async ({ homes, started, told, books, high }) => {
    const random = dice(seed);
    let killed = 0;
    let askedAgain = 0;
    let allowed = 0n;
    let overBudget = 0n;
    let filling = Promise.resolve();

    /** What may be spent is what is spent and held already, and the highest price of so many pictures. */
    async function allow(many) {
      const { used, held } = await books.money();
      allowed = used + held + high * BigInt(many);
      await told(['budget', 'set', `${dollars(allowed)}/total`]);
    }
    async function look() {
      const { used, held } = await books.money();
      if (used + held - allowed > overBudget) overBudget = used + held - allowed;
    }
    /** Asks again while little waits. */
    async function fill() {
      const { waiting, unconfirmed } = await books.counts();
      if (waiting >= WORKERS * AT_ONCE || unconfirmed === 0) return;
      await allow(unconfirmed);
      askedAgain += (await told(['queue', 'retry', '--unconfirmed', '--yes'])).changed;
    }
    async function hunt(home) {
      while (killed < kills) {
        const worker = started(home, '--log', 'json');
        const ready = random() < EARLY ? sleep(START_MS * random()) : hasTaken(worker);
        await Promise.race([ready.then(() => sleep(LIFE_MS * random())), worker.ran]);
        const isOver = killed >= kills;
        if (worker.child.kill(isOver ? 'SIGTERM' : 'SIGKILL') && !isOver) killed += 1;
        await worker.ran;
        await look();
        // One after the other: what is allowed goes by what is spent.
        await (filling = filling.then(fill));
      }
    }

    await allow(0);
    await Promise.all(homes.map(hunt));
    await look();
    return { killed, askedAgain, overBudget };
  });

/** Resolves when a worker has taken something, or has had time to. */
async function hasTaken({ said }) {
  const last = performance.now() + LONGEST_START_MS;
  while (performance.now() < last && !said().includes('"taken"')) await sleep(5);
}

const dollars = (amount) => `${amount / 1_000_000_000n}.${String(amount % 1_000_000_000n).padStart(9, '0')}`;

if (process.argv[1] === import.meta.filename) {
  const [, , kills = '300', seed = '1', pictures = '600'] = process.argv;
  const server = process.env.PIXTAB_TEST_POSTGRES;
  if (!server) throw new Error('PIXTAB_TEST_POSTGRES names no server');
  const began = performance.now();
  const result = await inSchema(server, (ledger) =>
    queueKilled({ pictures: Number(pictures), kills: Number(kills), seed: Number(seed), ledger }),
  );
  console.log(result, `${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (result.wrong.length > 0 || result.overBudget > 0n) process.exitCode = 1;
}
