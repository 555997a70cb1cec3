import { store } from '../../src/adapters/store/store.ts';

// A process of its own that puts pictures into a store and reads those of others: folder, its number, how often, limit.
const [folder = '', number = '', times = '', limit = ''] = process.argv.slice(2);
const shared = store(folder, { now: () => Date.now() }, Number(limit));
const HASHES = Array.from({ length: 24 }, (_, index) => index.toString(16).padStart(2, '0').repeat(32));

let seed = Number(number) + 1;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};

const counts = { put: 0, found: 0, absent: 0 };
for (let n = 0; n < Number(times); n += 1) {
  const hash = HASHES[random(HASHES.length)] ?? '';
  if (random(2) === 0) {
    const text = `${hash} of ${number}`.padEnd(2000 + random(4000), '.');
    await shared.put(hash, {
      bytes: Buffer.from(text),
      model: String(text.length),
      cost: '0.1',
      date: 'today',
    });
    counts.put += 1;
    continue;
  }
  await shared.has(hash);
  const found = await shared.get(hash);
  if (found === null) {
    counts.absent += 1;
    continue;
  }
  const text = Buffer.from(found.bytes).toString();
  if (!text.startsWith(hash) || String(text.length) !== found.model)
    throw new Error(`half a picture: ${hash}`);
  counts.found += 1;
}
process.stdout.write(JSON.stringify(counts));
