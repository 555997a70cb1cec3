// node bench/fuzz.mjs [count] [first seed]: breaks answers at random and counts broken promises. Needs a build.
import { keyCredentials } from '../node_modules/.cache/pixtab/adapters/config/credentials.js';
import { failureOf } from '../node_modules/.cache/pixtab/adapters/failures/judge.js';
import { readReply } from '../node_modules/.cache/pixtab/adapters/google/reply.js';
import { bill } from '../node_modules/.cache/pixtab/core/pricing/bill.js';
import { findModel } from '../node_modules/.cache/pixtab/core/catalogue/catalogue.js';
import { GOOGLE } from '../node_modules/.cache/pixtab/core/providers/google.js';
import { Failure } from '../node_modules/.cache/pixtab/core/errors.js';
import { quote } from '../node_modules/.cache/pixtab/core/pricing/quote.js';
import { broken, CANARY, mutant } from './mutants.mjs';

const [count = 200_000, first = 1] = process.argv.slice(2).map(Number);
const DAY = '2026-11-22';
const provider = {
  ...GOOGLE,
  baseUrl: 'https://google.example',
  credentials: keyCredentials({ value: CANARY, from: 'a bench' }),
};

const terms = Object.fromEntries(
  [
    ['generateContent', 'gemini-3-pro-image'],
    ['predict', 'imagen-4.0-generate-001'],
  ].map(([wire, id]) => {
    const model = findModel(id);
    const order = {
      model,
      prompt: 'x',
      inputs: [],
      count: 1,
      size: '1K',
      aspect: null,
      lane: 'now',
      thinking: null,
    };
    return [wire, { model, lane: 'now', size: '1K', day: DAY, quote: quote(order, DAY) }];
  }),
);

const product = {
  Failure,
  read: (body, wire) => readReply(body, wire, provider),
  bill: (reply, wire) => bill({ ...terms[wire], reply }),
  failureOf: (status, body) =>
    failureOf(
      { stage: 'answered', status, headers: new Headers(), body, broke: null },
      { provider, model: 'm', timeoutMs: 300_000, now: Date.parse(DAY) },
    ),
};

const started = performance.now();
let faults = 0;
for (let seed = first; seed < first + count; seed++) {
  const rules = broken(mutant(seed), product);
  if (rules.length === 0) continue;
  faults++;
  if (faults <= 10)
    console.log(`seed ${seed}: ${rules.join('; ')}\n  ${Buffer.from(mutant(seed).body).toString()}`);
}
const seconds = (performance.now() - started) / 1_000;
console.log(
  `${count} mutated answers from seed ${first}: ${faults} broken promises (${seconds.toFixed(1)} s)`,
);
process.exitCode = faults === 0 ? 0 : 1;
