import { batchesContract } from '../batches.contract.ts';
import { fakeBatches } from './batches.ts';

batchesContract('the fake', async () => {
  const { files, batches, end } = fakeBatches();
  return { files, batches, end: () => end(), async [Symbol.asyncDispose]() {} };
});
