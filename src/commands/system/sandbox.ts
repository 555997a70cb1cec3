import { usageFailure } from '../../core/errors.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import type { Deps, RunningSandbox, SandboxWishes, Terminal } from '../../ports/index.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON } from '../shared/flags.ts';
import { wholeNumber } from '../shared/parse-flags.ts';
import { documentOf } from '../shared/envelope.ts';

const SCHEMA = 'pixtab.sandbox/1';

/** Any key will do there; this one says so. */
const KEY = 'sandbox';

const FLAGS = [
  declare('--port <n>', 'port on this machine; a free one without it', { parse: wholeNumber(0, 65_535) }),
  declare('--as <gateway>', 'whom it plays: google (the default), new-api, litellm, cloudflare, openrouter'),
  declare('--seed <n>', 'the same seed gives the same answers', { parse: wholeNumber(0, 2 ** 31) }),
  declare('--latency <ms>', 'milliseconds before every answer', { parse: wholeNumber(0, 600_000) }),
  declare('--fault <schedule>', 'what goes wrong, in order: 429x2,reset-after,ok'),
  declare('--rpm <n>', 'requests a minute, for each model', { parse: wholeNumber(0, 1_000_000) }),
  declare('--rpd <n>', 'requests a day, for each model', { parse: wholeNumber(0, 1_000_000) }),
  declare('--batch-time <ms>', 'how long a batch job takes (2000)', { parse: wholeNumber(0, 1e9) }),
  declare('--batch-jobs <n>', 'batch jobs at the same time (100)', { parse: wholeNumber(0, 1_000_000) }),
  declare('--batch-tokens <n>', 'tokens in the batch jobs of a model', { parse: wholeNumber(0, 2 ** 31) }),
  declare('--retired', 'Imagen 4 answers as it does since its end: 404'),
  ...COMMON,
] as const;
type Flags = FlagsOf<typeof FLAGS>;

export const sandbox = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', HELP),
  // Settings for the limits of an account are not meant for the sandbox.
  ownFlags: ['rpm', 'rpd'],
  leftOver: 'It runs until Ctrl-C; under the URL that it prints it is looked at and changed.',
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure) => documentOf(SCHEMA, { sandbox: true, failure }, NOT_RUNNING),
});

const NOT_RUNNING = { url: null, apiKey: null, seed: null, as: null, meter: null, faults: null };

const HELP = `
While it runs, under the URL it prints:
  GET  /sandbox          every fault there is, and the settings
  GET  /sandbox/meter    what the API would have charged, request by request
  POST /sandbox/faults   {"schedule": "503x2,ok"}
  POST /sandbox/reset    forget everything

Examples:
  pixtab sandbox --port 4100
  pixtab sandbox --fault '429=0.5x2,reset-after,ok' --seed 7
  pixtab sandbox --fault '503%10' --latency 800 --rpm 20
  pixtab sandbox --as openrouter --fault openrouter-402`;

async function run(flags: Flags, deps: Deps, terminal: Terminal): Promise<number> {
  const running = await start(flags, deps, terminal);
  try {
    if (flags.json === true)
      terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: true }, bodyOf(running, flags)), null, 2));
    else {
      terminal.out(running.url);
      for (const line of directions(running, flags.as)) terminal.note(line);
    }
    await stopped(deps.stop);
  } finally {
    await running.close();
  }
  return 0;
}

async function start(flags: Flags, deps: Deps, terminal: Terminal): Promise<RunningSandbox> {
  const { port, as, seed, latency, fault, rpm, rpd, retired, batchTime, batchJobs, batchTokens } = flags;
  const wishes: SandboxWishes = {
    ...(port !== undefined && { port }),
    ...(as !== undefined && { as }),
    ...(seed !== undefined && { seed }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(fault !== undefined && { faults: fault }),
    ...(rpm !== undefined && { rpm }),
    ...(rpd !== undefined && { rpd }),
    ...(batchTime !== undefined && { batchMs: batchTime }),
    ...(batchJobs !== undefined && { batchJobs }),
    ...(batchTokens !== undefined && { batchTokens }),
    ...(retired !== undefined && { retired }),
    holds: true,
    onRequest: (line) => terminal.note(line),
  };
  try {
    return await deps.sandbox(wishes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageFailure(`--fault: ${error.message}.`, 'A running sandbox lists them all under /sandbox.');
  }
}

const bodyOf = ({ url }: RunningSandbox, { seed = 1, as = GOOGLE.name }: Flags) => ({
  url,
  apiKey: KEY,
  seed,
  as,
  meter: new URL('/sandbox/meter', url).href,
  faults: new URL('/sandbox/faults', url).href,
});

function directions({ url }: RunningSandbox, as: string = GOOGLE.name): readonly string[] {
  const account = `  the account    curl ${new URL('/sandbox/meter', url).href}`;
  if (as === GOOGLE.name) return [...ofGoogle(url), account];
  return [
    `${as} on this machine: drawn placeholders, nothing spent. Ctrl-C stops it.`,
    `  pixtab         PIXTAB_BASE_URL=${url} pixtab "a lighthouse" --gateway ${as} --sandbox`,
    account,
  ];
}

const ofGoogle = (url: string): readonly string[] => [
  'The Gemini API on this machine: same wire, drawn placeholders, nothing spent. Ctrl-C stops it.',
  `  pixtab         PIXTAB_BASE_URL=${url} pixtab "a lighthouse" --sandbox`,
  `  @google/genai  new GoogleGenAI({ apiKey: '${KEY}', apiVersion: 'v1beta', httpOptions: { baseUrl: '${url}' } })`,
  `  any client     GOOGLE_GEMINI_BASE_URL=${url} GEMINI_API_KEY=${KEY}`,
  `  curl           curl -H 'x-goog-api-key: ${KEY}' ${url}/v1beta/models`,
];

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
