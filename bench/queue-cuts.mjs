// Workers of a queue whose server goes away: `npm run build && node bench/queue-cuts.mjs [pictures] [seconds of cuts] [restarts]`.
// All sessions are ended every second for a while, and the server is killed and comes back. The workers go on by themselves.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { cluster } from './cluster.mjs';
import { until } from './process.mjs';
import { queueIn } from './queue-place.mjs';

const WORKERS = 3;

/** Ends every session of pixtab, as an administrator may. */
async function cut(address) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rowCount } = await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pixtab'",
  );
  await client.end();
  return rowCount;
}

/** Plays it with a server of one's own, and tells what is wrong then. */
export const queueCut = ({ pictures, seconds, restarts, seed = 1, server }) =>
  queueIn({ pictures, workers: WORKERS, seed, ledger: server.address }, async (shop) => {
    const { homes, started, books } = shop;
    const running = homes.map((home) => started(home, '--until-empty'));
    await until('they buy', async () => (await books.counts()).done > 0, ...running);
    let ended = 0;
    for (let second = 0; second < seconds; second += 1) {
      ended += await cut(server.address);
      await sleep(1_000);
    }
    for (let restart = 0; restart < restarts; restart += 1) {
      await server.stop();
      await sleep(500);
      await server.start();
      await sleep(2_000);
    }
    const { waiting } = await books.counts();
    const ends = await Promise.all(running.map(({ ran }) => ran));
    return { ended, restarts, waitingThen: waiting, codes: ends.map(({ code }) => code) };
  });

if (process.argv[1] === import.meta.filename) {
  const [, , pictures = '400', seconds = '20', restarts = '5'] = process.argv.map((text) => text);
  const server = await cluster();
  try {
    const result = await queueCut({
      pictures: Number(pictures),
      seconds: Number(seconds),
      restarts: Number(restarts),
      server,
    });
    console.log(result);
    const wentOn = result.codes.every((code) => code === 0) && result.unconfirmed === 0;
    if (result.wrong.length > 0 || !wentOn) process.exitCode = 1;
  } finally {
    await server.close();
  }
}
