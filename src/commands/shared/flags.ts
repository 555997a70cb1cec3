import { ABILITIES, THINKING_LEVELS } from '../../core/catalogue/model.ts';
import { FITS, MOST_ENLARGED } from '../../core/order/resize.ts';
import { ASK_ABOVE } from '../../core/policy/ask-above.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import { declare, type Flag } from './flag.ts';
import * as parse from './parse-flags.ts';

// Each flag is declared once, with its parser; a command picks those that make sense for it.

export const FORMATS = ['keep', 'png', 'jpeg', 'webp', 'avif'] as const;

export const flag = {
  model: declare('-m, --model <name>', 'model: an id, an alias, or auto', { default: 'auto' }),
  count: declare('-n, --count <n>', 'images to make, 1 to 100', {
    parse: parse.wholeNumber(1, 100),
    default: 1,
  }),
  size: declare('-s, --size <size>', 'image size: 512, 1K, 2K or 4K', { parse: parse.size }),
  aspect: declare('-a, --aspect <w:h>', 'aspect ratio, such as 16:9', { parse: parse.aspect }),
  out: declare(
    '-o, --out <path>',
    'a file, a folder, a template with {date} {time} {model} {slug} {n} {id}, any of them in s3://bucket/, or -',
    { parse: parse.place },
  ),
  /** For commands that finish what was asked for before. */
  outFolder: declare('-o, --out <folder>', 'put the pictures here, not where they were meant to go', {
    parse: parse.place,
  }),
  format: declare('--format <format>', 'keep stores the bytes as they came', { choices: FORMATS }),
  quality: declare('--quality <1-100>', 'quality of a converted jpeg, webp or avif', {
    parse: parse.wholeNumber(1, 100),
  }),
  // One file each time: with more, the prompt behind them would be taken for a file.
  image: declare('-i, --image <file>', 'an input image, or - for standard input; repeat it for more', {
    parse: parse.oneMore(),
  }),
  prompt: declare('--prompt <name>', 'a prompt of pixtab prompt save'),
  variable: declare('--var <name=words>', 'words for {{name}} in the prompt; repeat it for more', {
    parse: parse.variable,
  }),
  vary: declare(
    '--vary <name=a,b>',
    'a picture for each of these words; several lists make every combination',
    { parse: parse.variation },
  ),
  style: declare('--style <style>', 'style of the picture, said in the prompt'),
  negative: declare('--negative <things>', 'what it must not show, said in the prompt'),
  sizeExact: declare(
    '--size-exact <w>x<h>',
    `crop to exactly this, out of the cheapest picture that covers it; where none does, one is enlarged, at most ${MOST_ENLARGED} times`,
    { parse: parse.pixels },
  ),
  resize: declare('--resize <w>x<h>', 'bring the picture to this', { parse: parse.pixels }),
  fit: declare('--fit <how>', 'how --resize does it: cover crops, contain adds margins (default: cover)', {
    choices: FITS,
  }),
  strip: declare('--strip', 'without metadata (default: it is kept)'),
  embed: declare('--embed', 'write prompt, model, cost and run into the picture; pixtab receipt reads them'),
  sidecar: declare('--sidecar', 'put the receipt beside the picture, as .json'),
  preview: declare('--preview', 'show the picture in the terminal'),
  open: declare('--open', 'open the picture in the program that the system has for it'),
  drafts: declare(
    '--drafts <columns>x<rows>',
    'one sheet of so many drafts in place of a picture, cut into a file each; 4K unless -s is given',
    { parse: parse.grid },
  ),
  promptFile: declare('--prompt-file <file>', 'read the prompt from a file; - reads standard input'),
  lane: declare('--lane <lane>', 'how it is bought', { parse: parse.lane, default: 'now' }),
  /** For commands that look at what was bought; without it, they show every lane. */
  laneOnly: declare('--lane <lane>', 'how it is bought', { parse: parse.lane }),
  maxCost: declare('--max-cost <usd>', 'refuse when it could cost more', { parse: parse.dollars }),
  retries: declare(
    '--retries <n>',
    'sends after the first, when nothing was charged; they wait five minutes in all at most',
    { parse: parse.wholeNumber(0, 20), default: 3 },
  ),
  refusalRetries: declare(
    '--refusal-retries <n>',
    'repeats of a refusal that may be chance (default: 1 if it fits into the price that was said, 0 where --prices says that refusals are charged)',
    { parse: parse.wholeNumber(0, 10) },
  ),
  retryUnconfirmed: declare(
    '--retry-unconfirmed [n]',
    'repeats of requests that may have been charged; without n, one',
    { parse: parse.repeats, preset: '1' },
  ),
  fallback: declare(
    '--fallback <models>',
    'models to ask in turn after a refusal, an outage or the end of a model',
    { parse: parse.lists },
  ),
  timeout: declare('--timeout <seconds>', 'the longest silence of a request', {
    parse: parse.wholeNumber(10, 3600),
    default: 300,
  }),
  waitFor: declare('--timeout <seconds>', 'wait: how long; without it, as long as it takes', {
    parse: parse.wholeNumber(1, 1_000_000),
  }),
  concurrency: declare('--concurrency <n>', 'requests at the same time', {
    parse: parse.wholeNumber(1, 64),
    default: 4,
  }),
  rpm: declare('--rpm <n>', 'requests a minute for each model', { parse: parse.wholeNumber(1, 1_000_000) }),
  rpd: declare('--rpd <n>', 'requests a day for each model', { parse: parse.wholeNumber(1, 1_000_000) }),
  ipm: declare('--ipm <n>', 'images a minute for each model', { parse: parse.wholeNumber(1, 1_000_000) }),
  spendRate: declare('--spend-rate <usd>', 'dollars in any ten minutes, all models together', {
    parse: parse.someDollars,
  }),
  tier: declare('--tier <1|2|3>', "your account's tier: guesses the limits you do not set", {
    parse: parse.tier,
  }),
  noWait: declare('--no-wait', 'refuse where a rate limit would ask to wait'),
  dryRun: declare('--dry-run', 'show price and request, send nothing'),
  allowRetired: declare('--allow-retired', 'call a model although it was shut down'),
  onRetired: declare('--on-retired <what>', 'fail, or take the successor', {
    choices: ['fail', 'successor'],
    default: 'fail',
  }),
  keepRaw: declare('--keep-raw', 'keep the raw answers for good; pixtab recover --kept lists them'),
  project: declare('--project <name>', 'what it is for (default: the git repository)', { parse: parse.word }),
  labels: declare('--label <text>', 'a label to find it by in pixtab spend; may be repeated', {
    parse: parse.oneMore(parse.word),
  }),
  force: declare('--force', 'overwrite existing files'),
  needs: declare(
    '--needs <abilities>',
    `what the model must be able to do: ${ABILITIES.join(', ')}; commentary is words beside the picture: letters in it need nothing`,
    {
      parse: parse.abilities,
    },
  ),
  thinking: declare('--thinking <level>', THINKING_LEVELS.join(', '), {
    parse: parse.oneOf(THINKING_LEVELS),
  }),
  minPx: declare('--min-px <w>x<h>', 'at least this many pixels', { parse: parse.pixels }),
  maxPriceEach: declare('--max-price-each <usd>', 'what one picture may be expected to cost', {
    parse: parse.dollars,
  }),
  cached: declare(
    '--cached',
    'take what was bought before from the store for $0, and keep there what is bought now',
  ),
  store: declare(
    '--store <place>',
    'where bought pictures are kept for the next time: a folder, or s3://bucket/prefix',
    {
      parse: parse.place,
    },
  ),
  storeLimit: declare(
    '--store-limit <size>',
    'what was not used for longest leaves the store above this (default: 4GB)',
    { parse: parse.byteCount },
  ),
  gateway: declare(
    '--gateway <names>',
    'who answers: google or a gateway; of several, the next is asked where the one before charged nothing',
  ),
  prices: declare('--prices <file>', "prices of an account or gateway, instead of Google's"),
  askAbove: declare('--ask-above <usd>', 'ask first when it is expected to cost more', {
    parse: parse.dollars,
    default: ASK_ABOVE,
    shownDefault: toDecimal(ASK_ABOVE),
  }),
  yes: declare('--yes', 'never ask'),
  noInput: declare('--no-input', 'nobody can be asked: what is above --ask-above needs --yes or --max-cost'),
  html: declare('--html <file>', 'write the page about spending, which is one file, too'),
  forgetAfter: declare('--forget-after <days>', 'what is older than so many days', {
    parse: parse.wholeNumber(1, 36_500),
  }),
  events: declare('--events', 'a line of JSON on stdout for all that happens; the last is the document', {
    implies: { json: true },
  }),
  json: declare('--json', 'one JSON document on stdout'),
  quiet: declare('-q, --quiet', 'errors only'),
  verbose: declare('-v, --verbose', 'say more'),
  color: declare('--color <when>', 'colours', { choices: ['auto', 'always', 'never'], default: 'auto' }),
  sandbox: declare('--sandbox', 'answer from the sandbox: drawn placeholders, nothing spent'),
  /** For commands that look at what was bought: of the two ledgers, one never was money. */
  ofSandbox: declare('--sandbox', 'what the sandbox answered, apart from what was really bought'),
  baseUrl: declare('--base-url <url>', 'API to talk to: https, or http to this machine'),
  // Its name is judged where it is used, because the parser of flags would repeat a key that somebody gives here.
  key: declare('--key <name>', 'which key of pixtab auth login pays'),
  apiKeyFile: declare('--api-key-file <file>', 'read the API key from a file'),
} as const;

/** Who answers, at which address and with which key. */
export const WHO = [flag.gateway, flag.sandbox, flag.baseUrl, flag.key, flag.apiKeyFile] as const;

/** The limits of an account on what is sent to it. */
export const LIMITS = [flag.rpm, flag.rpd, flag.ipm, flag.spendRate, flag.tier] as const;

/** How fast requests leave; for every command that sends some. */
export const PACE = [...LIMITS, flag.noWait] as const;

/** True waits as long as it takes, a number so many seconds, and false, by --no-wait, not even for a rate limit. */
const WAIT: Flag<{ readonly wait?: boolean | number }> = declare(
  '--wait [seconds]',
  'wait for pictures of the batch lane; exit 12 when the time runs out',
  { parse: parse.wholeNumber(1, 1_000_000) },
);
/** Its value is that of --wait, which has the type of both. */
const NO_WAIT: Flag = flag.noWait;

/** How long a command waits for pictures that come by batch, and whether for limits. */
export const WAITING = [WAIT, NO_WAIT] as const;

/** What may be asked for again, or of another model. */
export const TRIES = [flag.fallback, flag.refusalRetries, flag.retryUnconfirmed] as const;

/** Where requests go, and how often, how long and how many at a time. */
export const SENDING = [flag.retries, flag.timeout, flag.concurrency, ...WHO] as const;

/** Who is asked before something dear is bought; for every command that buys. */
export const ASKING = [flag.askAbove, flag.yes, flag.noInput] as const;

/** Which store, for every command that looks into it. */
export const STORE = [flag.store, flag.storeLimit] as const;

/** Flags that every command has. */
export const COMMON = [flag.json, flag.quiet, flag.verbose, flag.color] as const;
