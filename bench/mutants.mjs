// Answers as Google gives them, broken at random but repeatably, and what has to hold for each of them.

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const USAGE = {
  promptTokenCount: 22,
  candidatesTokenCount: 1216,
  thoughtsTokenCount: 179,
  totalTokenCount: 1417,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 22 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
  serviceTier: 'standard',
};
const picture = { inlineData: { mimeType: 'image/png', data: PIXEL }, thoughtSignature: 'c2ln' };
const error = (code, status, message, details = []) => ({ error: { code, message, status, details } });
const violation = (quotaId, quotaValue) => ({
  violations: [{ quotaId, quotaValue, quotaMetric: 'requests' }],
});

/** A key that a hostile or talkative server echoes. */
export const CANARY = 'AIzaCanary-0123456789_abcdefghijklmnop';

const ANSWERS = [
  {
    candidates: [
      { content: { parts: [{ text: 'Here.' }, picture], role: 'model' }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: USAGE,
    modelVersion: 'gemini-3-pro-image',
  },
  {
    candidates: [
      { content: { parts: [{ ...picture, thought: true }, picture, picture] }, finishReason: 'STOP' },
    ],
    usageMetadata: USAGE,
  },
  {
    candidates: [
      { content: { parts: null }, finishReason: 'IMAGE_SAFETY', finishMessage: `\u001b[31mNo, ${CANARY}` },
    ],
    usageMetadata: { promptTokenCount: 22, totalTokenCount: 22 },
  },
  { candidates: [{ content: { parts: [{ text: 'No.' }] }, finishReason: 'STOP' }], usageMetadata: USAGE },
  { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 9 } },
];
const PREDICTIONS = [
  { predictions: [{ mimeType: 'image/png', bytesBase64Encoded: PIXEL }, { raiFilteredReason: 'Filtered.' }] },
  { predictions: [{ raiFilteredReason: 'You will not be charged for blocked images.' }] },
];
const ERRORS = [
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'limit: 9\nPlease retry in 48.9s.', [
      violation('PerMinute', '9'),
      { retryDelay: '48s' },
    ]),
  ],
  [429, error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', [violation('RequestsPerDay', '250')])],
  [429, error(429, 'RESOURCE_EXHAUSTED', `limit: 0 for ${CANARY}`)],
  [400, error(400, 'INVALID_ARGUMENT', 'API key not valid.', [{ reason: 'API_KEY_INVALID' }])],
  [403, error(403, 'PERMISSION_DENIED', 'Denied.', [{ links: [{ url: 'https://console.example/x' }] }])],
  [404, error(404, 'NOT_FOUND', 'models/x is not found.')],
  [500, [error(500, 'INTERNAL', 'Internal error.')]],
  [503, error(503, 'UNAVAILABLE', 'The model is overloaded.')],
];

/** Random numbers that are the same for the same seed. */
function dice(seed) {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)] };
}

const ODD = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e9,
  2 ** 60,
  '',
  'x',
  '12',
  '\u0000\u001b[2J',
  '\ud800',
  [],
  {},
  [null],
  [[[]]],
  { error: 1 },
  CANARY,
  'limit: 0',
  'Please retry in 1e999s',
  'image/png',
  PIXEL,
  PIXEL.slice(0, 7),
  `*${PIXEL}`,
];

/** The mutant of a seed: for which wire, with which status, and the body as bytes. */
export function mutant(seed) {
  const random = dice(seed);
  const kind = random.below(10);
  const [wire, status, original] =
    kind < 5
      ? ['generateContent', 200, random.pick(ANSWERS)]
      : kind < 7
        ? ['predict', 200, random.pick(PREDICTIONS)]
        : ['generateContent', ...random.pick(ERRORS)];
  const changed = structuredClone(original);
  for (let rounds = random.below(5); rounds > 0; rounds--) mutate(changed, random);
  const text = JSON.stringify(changed);
  return { wire, status: random.below(8) === 0 ? 200 + random.below(400) : status, body: torn(text, random) };
}

/** Changes one place somewhere in a tree. */
function mutate(tree, random) {
  let holder = tree;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return;
    const key = random.pick(keys);
    const inner = holder[key];
    if (typeof inner === 'object' && inner !== null && random.below(4) > 0) {
      holder = inner;
      continue;
    }
    const change = random.below(5);
    if (change === 0 && !Array.isArray(holder)) delete holder[key];
    else if (change === 1 && !Array.isArray(holder)) holder[`${key}s`] = structuredClone(inner);
    else if (change === 2) holder[key] = [inner, structuredClone(inner)];
    else if (change === 3 && Array.isArray(holder)) holder.push(structuredClone(inner));
    else holder[key] = structuredClone(random.pick(ODD));
    return;
  }
}

/** Most bodies whole; some cut, with a byte changed, or with something in front. */
function torn(text, random) {
  const bytes = Buffer.from(text);
  const how = random.below(12);
  if (how === 0) return bytes.subarray(0, random.below(bytes.length + 1));
  if (how === 1 && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  if (how === 2)
    return Buffer.concat([Buffer.from(random.pick(['<html>', '[', '\ufeff', ' \n', ")]}'\n"])), bytes]);
  return bytes;
}

/**
 * The rules that `product` breaks on a mutant, as sentences. A crash counts: what it throws has to be a Failure, and a
 * Failure has to say that the answer may have been charged.
 */
export function broken({ wire, status, body }, product) {
  return status >= 200 && status < 300
    ? brokenByAnswer(wire, body, product)
    : brokenByError(status, body, product);
}

function brokenByAnswer(wire, body, { read, bill, Failure }) {
  const rules = [];
  const rule = (name, holds) => holds || rules.push(name);
  let reply;
  try {
    reply = read(body, wire);
  } catch (failure) {
    rule('what is thrown is a Failure', failure instanceof Failure);
    rule(
      'an answer without sense may have been charged',
      failure.kind === 'unconfirmed' && failure.charged === 'unknown',
    );
    checkWords(failure, rule);
    return rules;
  }
  const { images, extras, refusals, usage } = reply;
  rule(
    'no picture is empty',
    [...images, ...extras].every(({ bytes }) => bytes.byteLength > 0),
  );
  rule('a missing picture has a reason', images.length > 0 || refusals.length > 0);
  rule(
    'a refusal can be printed',
    refusals.every(({ reason, message }) => isPrintable(reason + message)),
  );
  rule('the key is nowhere', !JSON.stringify({ refusals, text: reply.text }).includes(CANARY));
  if (usage) {
    const counts = [usage.prompt, usage.candidates, usage.thoughts, usage.total, usage.imageOutput ?? 0];
    rule(
      'tokens are counts',
      counts.every((count) => Number.isSafeInteger(count) && count >= 0),
    );
    rule('image tokens are part of the output', (usage.imageOutput ?? 0) <= usage.candidates);
  }
  const { amount, charged } = bill(reply, wire);
  rule('a picture is charged', images.length + extras.length === 0 || (amount > 0n && charged === 'yes'));
  rule('no bill is negative', amount >= 0n);
  return rules;
}

function brokenByError(status, body, { failureOf, Failure }) {
  const rules = [];
  const rule = (name, holds) => holds || rules.push(name);
  const failure = failureOf(status, body);
  rule('it is a Failure', failure instanceof Failure);
  rule('only what was not charged is repeated', !failure.repeat || failure.charged === 'no');
  rule('unknown is unconfirmed', (failure.charged === 'unknown') === (failure.kind === 'unconfirmed'));
  rule('nothing is a bug', failure.kind !== 'bug');
  const wait = failure.retryAfterSeconds ?? 0;
  rule('a wait is a time', Number.isFinite(wait) && wait >= 0);
  checkWords(failure, rule);
  return rules;
}

function checkWords({ message, hint = '', detail = '', cause }, rule) {
  rule('every word can be printed', isPrintable(message + hint + detail));
  rule('the key is nowhere', ![message, hint, detail, String(cause)].some((text) => text.includes(CANARY)));
  rule('the message is a sentence', message.length > 10 && message.length < 400);
}

const isPrintable = (text) => !/[\p{Cc}\p{Cs}]/u.test(text);
