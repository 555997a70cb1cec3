import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import type { Deps, RunningSandbox, SandboxWishes, Terminal } from '../../ports/index.ts';
import { errorJson, type CommandModule, type RawFlags } from '../shared/command.ts';
import { COMMON } from '../shared/flags.ts';

const SCHEMA = 'pixtab.sandbox/1';

/** Any key will do there; this one says so. */
const KEY = 'sandbox';

interface Flags {
  readonly port?: number;
  readonly seed?: number;
  readonly latency?: number;
  readonly fault?: string;
  readonly rpm?: number;
  readonly rpd?: number;
  readonly batchTime?: number;
  readonly batchJobs?: number;
  readonly batchTokens?: number;
  readonly retired?: boolean;
  readonly json?: boolean;
}

const wholeNumber = (max: number) => (text: string) => {
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text);
  throw new InvalidArgumentError(`It takes a whole number up to ${max}.`);
};

export const sandbox: CommandModule = {
  configure(command: Command): void {
    const options = [
      new Option('--port <n>', 'port on this machine; a free one without it').argParser(wholeNumber(65_535)),
      new Option('--seed <n>', 'the same seed gives the same answers').argParser(wholeNumber(2 ** 31)),
      new Option('--latency <ms>', 'milliseconds before every answer').argParser(wholeNumber(600_000)),
      new Option('--fault <schedule>', 'what goes wrong, in order: 429x2,reset-after,ok'),
      new Option('--rpm <n>', 'requests a minute, for each model').argParser(wholeNumber(1_000_000)),
      new Option('--rpd <n>', 'requests a day, for each model').argParser(wholeNumber(1_000_000)),
      new Option('--batch-time <ms>', 'how long a batch job takes (2000)').argParser(wholeNumber(1e9)),
      new Option('--batch-jobs <n>', 'batch jobs at the same time (100)').argParser(wholeNumber(1_000_000)),
      new Option('--batch-tokens <n>', 'tokens in the batch jobs of a model').argParser(wholeNumber(2 ** 31)),
      new Option('--retired', 'Imagen 4 answers as it does since its end: 404'),
      ...COMMON.map((option) => option()),
    ];
    for (const option of options) command.addOption(option);
    command.addHelpText('after', HELP);
  },
  // The limits of an account of yours are none of the sandbox's.
  ownFlags: ['rpm', 'rpd'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, exitCode) => ({ schema: SCHEMA, url: null, error: errorJson(failure, exitCode) }),
};

const HELP = `
While it runs, under the URL it prints:
  GET  /sandbox          every fault there is, and the settings
  GET  /sandbox/meter    what the API would have charged, request by request
  POST /sandbox/faults   {"schedule": "503x2,ok"}
  POST /sandbox/reset    forget everything

Examples:
  pixtab sandbox --port 4100
  pixtab sandbox --fault '429=0.5x2,reset-after,ok' --seed 7
  pixtab sandbox --fault '503%10' --latency 800 --rpm 20`;

async function run(flags: RawFlags & Flags, deps: Deps, terminal: Terminal): Promise<number> {
  const running = await start(flags, deps, terminal);
  try {
    if (flags.json === true) terminal.out(JSON.stringify(documentOf(running, flags), null, 2));
    else {
      terminal.out(running.url);
      for (const line of directions(running)) terminal.note(line);
    }
    await stopped(deps.stop);
  } finally {
    await running.close();
  }
  return 0;
}

async function start(flags: Flags, deps: Deps, terminal: Terminal): Promise<RunningSandbox> {
  const { port, seed, latency, fault, rpm, rpd, retired, batchTime, batchJobs, batchTokens } = flags;
  const wishes: SandboxWishes = {
    ...(port !== undefined && { port }),
    ...(seed !== undefined && { seed }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(fault !== undefined && { faults: fault }),
    ...(rpm !== undefined && { rpm }),
    ...(rpd !== undefined && { rpd }),
    ...(batchTime !== undefined && { batchMs: batchTime }),
    ...(batchJobs !== undefined && { batchJobs }),
    ...(batchTokens !== undefined && { batchTokens }),
    ...(retired !== undefined && { retired }),
    onRequest: (line) => terminal.note(line),
  };
  try {
    return await deps.sandbox(wishes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageFailure(`--fault: ${error.message}.`, 'A running sandbox lists them all under /sandbox.');
  }
}

const documentOf = ({ url }: RunningSandbox, { seed = 1 }: Flags) => ({
  schema: SCHEMA,
  url,
  apiKey: KEY,
  seed,
  meter: `${url}/sandbox/meter`,
  faults: `${url}/sandbox/faults`,
  error: null,
});

const directions = ({ url }: RunningSandbox): readonly string[] => [
  'The Gemini API on this machine: same wire, drawn placeholders, nothing spent. Ctrl-C stops it.',
  `  pixtab         PIXTAB_BASE_URL=${url} pixtab "a lighthouse" --sandbox`,
  `  @google/genai  new GoogleGenAI({ apiKey: '${KEY}', apiVersion: 'v1beta', httpOptions: { baseUrl: '${url}' } })`,
  `  any client     GOOGLE_GEMINI_BASE_URL=${url} GEMINI_API_KEY=${KEY}`,
  `  curl           curl -H 'x-goog-api-key: ${KEY}' ${url}/v1beta/models`,
  `  the account    curl ${url}/sandbox/meter`,
];

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
