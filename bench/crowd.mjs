// Many processes buying at once from one home: `npm run build && node bench/crowd.mjs [processes]`.
import { performance } from 'node:perf_hooks';
import { at, nano } from './place.mjs';

const BUY = ['a lighthouse at dusk', '--sandbox', '--json', '-o', 'out/'];

/** All start together; nobody waits for anybody but in the ledger. */
export const crowd = ({ processes }) =>
  at({}, async (here) => {
    const buy = async () => {
      const began = performance.now();
      const { code, stdout } = await here.run([...BUY, '--base-url', here.url]);
      const { error, cost } = JSON.parse(stdout);
      return { code, charged: cost?.charged ?? 'no', message: error?.message, ms: performance.now() - began };
    };
    const all = await Promise.all(Array.from({ length: processes }, buy));
    const { total, charged } = await here.meter();
    const { settled, requests, unconfirmedRequests } = (await here.json(['spend', '--sandbox'])).total;
    const failed = all.filter(({ code }) => code !== 0);
    return {
      bought: all.length - failed.length,
      failed: failed.map(({ code, charged, message }) => `exit ${code}, charged ${charged}: ${message}`),
      slowest: Math.max(...all.map(({ ms }) => ms)),
      charged,
      pictures: (await here.pictures()).length,
      metered: nano(total),
      settled: nano(settled),
      requests,
      unconfirmedRequests,
      waiting: (await here.json(['recover', '--list', '--sandbox'])).answers.length,
    };
  });

if (process.argv[1] === import.meta.filename) {
  const { failed, ...result } = await crowd({ processes: Number(process.argv[2] ?? '200') });
  console.log(result);
  for (const line of new Set(failed)) {
    console.log(`${failed.filter((other) => other === line).length} × ${line}`);
  }
  console.log(`${failed.length} failed, the slowest took ${(result.slowest / 1000).toFixed(1)} s`);
  if (failed.length > 0 || result.settled !== result.metered) process.exitCode = 1;
}
