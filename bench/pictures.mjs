// What a picture costs beside the picture, in units of a script that only fetches, parses, decodes and writes; and the
// same for two scripts over libraries: `npm run build && node bench/pictures.mjs [rounds] [one|slow|many]`.
// The sides take turns, so that whatever else the machine does meets all of them alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const HERE = import.meta.dirname;
const BIN = join(HERE, '..', 'bin', 'pixtab.cjs');
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
const MEASURES = { wall: 'ms', cpu: 'ms', memory: 'MB' };

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
      show(await compare(rounds, (args) => run(args(url, String(pictures), String(atOnce)), url)));
    }
  } finally {
    server.kill();
  }
}

/** All figures of all sides, a list for each. The first round warms the disk. */
async function compare(rounds, measure) {
  const figures = Object.fromEntries(Object.keys(SIDES).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, args] of Object.entries(SIDES)) {
      const figure = await measure(args);
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

function show(figures) {
  for (const [name, own] of Object.entries(figures)) {
    const columns = Object.entries(MEASURES).map(([measure, unit]) => {
      const ratio = median(own.map((figure, round) => figure[measure] / figures.bare[round][measure]));
      const value = median(own.map((figure) => figure[measure]));
      return `${measure} ${value.toFixed(0).padStart(5)} ${unit} ${ratio.toFixed(2)}`;
    });
    console.log(`  ${name.padEnd(15)}${columns.join('    ')}`);
  }
}

/** One run in a folder and a home of its own, without anything of this process that changes how Node starts. */
async function run(args, url) {
  const folder = await mkdtemp(join(tmpdir(), 'pixtab-pictures-'));
  try {
    const usage = join(folder, 'usage.json');
    const began = performance.now();
    const child = spawn(process.execPath, ['--require', join(HERE, 'buyers', 'usage.cjs'), ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        PIXTAB_HOME: join(folder, 'home'),
        PIXTAB_BASE_URL: url,
        GEMINI_API_KEY: 'AIza-key-of-a-bench-0123456789abcdef',
        USAGE_TO: usage,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'close');
    const wall = performance.now() - began;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
    const { cpuMs, memoryMb } = JSON.parse(await readFile(usage, 'utf8'));
    return { wall, cpu: cpuMs, memory: memoryMb };
  } finally {
    await rm(folder, { recursive: true, force: true });
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

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
