import { batchesContract } from '../batches.contract.ts';
import { fakeBatches } from './batches.ts';
import { fakeClock } from './clock.ts';

batchesContract('the fake', async () => {
  const clock = fakeClock();
  const { files, batches, end } = fakeBatches(clock);
  const later = (ms: number): void => clock.advance(ms);
  return { files, batches, end: () => end(), later, async [Symbol.asyncDispose]() {} };
});
