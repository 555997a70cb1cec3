// What a picture costs beside the picture, in units of a script that only fetches, parses, decodes and writes; and the
// same for two scripts over libraries: `npm run build && node bench/pictures.mjs [rounds] [one|slow|many]`.
// The sides take turns, so that whatever else the machine does meets all of them alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { compared, show } from './measure.mjs';
import { BIN } from './process.mjs';

const HERE = import.meta.dirname;
const script = (name) => (url, pictures, atOnce) => [
  join(HERE, 'buyers', `${name}.mjs`),
  url,
  pictures,
  atOnce,
];
const SIDES = {
  bare: script('bare'),
  pixtab: (_, pictures, atOnce) => [
    BIN,
    'a lighthouse at dusk',
    '-m',
    'gemini-3.1-flash-lite-image',
    '-n',
    pictures,
    '--concurrency',
    atOnce,
    '-o',
    'out/',
    '--yes',
    '-q',
  ],
  '@google/genai': script('genai'),
  'AI SDK': script('ai-sdk'),
};
const CASES = {
  one: { what: 'one picture', pictures: 1, atOnce: 1, latencyMs: 0 },
  slow: { what: '20 pictures after 200 ms each, 8 at once', pictures: 20, atOnce: 8, latencyMs: 200 },
  many: { what: '100 pictures at once when asked for, 8 at once', pictures: 100, atOnce: 8, latencyMs: 0 },
};
const [, , first = '15', ...wanted] = process.argv;
if (first === 'serve') await serve();
else await parent(Number(first));

async function parent(rounds) {
  const server = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const [url] = await once(server, 'message');
    for (const name of wanted.length > 0 ? wanted : Object.keys(CASES)) {
      const { what, pictures, atOnce, latencyMs } = CASES[name];
      server.send(latencyMs);
      console.log(`\n${what}, median of ${rounds} rounds, node ${process.version}`);
      const sides = Object.entries(SIDES).map(([side, args]) => [
        side,
        args(url, String(pictures), String(atOnce)),
      ]);
      const env = { PIXTAB_BASE_URL: url, GEMINI_API_KEY: 'AIza-key-of-a-bench-0123456789abcdef' };
      show(await compared(rounds, Object.fromEntries(sides), { env }));
    }
  } finally {
    server.kill();
  }
}

/** Google's answer with a photograph of 1.2 MB, made once, sent as often as it is asked for. */
async function serve() {
  let latencyMs = 0;
  const answer = Buffer.from(JSON.stringify(answerWith(await photograph())));
  async function send(request, response) {
    request.resume();
    await once(request, 'end');
    if (latencyMs > 0) await sleep(latencyMs);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  }
  const server = createServer((request, response) => void send(request, response));
  process.on('message', (ms) => (latencyMs = ms));
  server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`));
}

function answerWith(picture) {
  return {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [{ inlineData: { mimeType: 'image/jpeg', data: picture.toString('base64') } }],
        },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 6,
      candidatesTokenCount: 1120,
      totalTokenCount: 1126,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 6 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    },
    modelVersion: 'gemini-3.1-flash-lite-image',
    responseId: 'a-bench',
  };
}

/** 1024 pixels square, as detailed as it takes for 1.2 MB. */
async function photograph() {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 };
  const picture = sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#888', noise } });
  const pixels = await picture.png().toBuffer();
  for (let quality = 98; quality > 40; quality -= 2) {
    const bytes = await sharp(pixels).jpeg({ quality }).toBuffer();
    if (bytes.length <= 1_250_000) return bytes;
  }
  throw new Error('no quality makes a picture as small');
}
