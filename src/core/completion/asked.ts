import { format, usd } from '../pricing/money.ts';
import type { Candidate, CommandRow, CompletionTable, FlagRow, ModelRow } from './table.ts';

/** What only somebody else knows: the ledger, the books of prompts and keys, the manifest. */
export type Kept =
  | 'prompts'
  | 'projects'
  | 'labels'
  | 'runs'
  | 'requests'
  | 'jobs'
  | 'keys'
  | 'sessions'
  | 'gateways'
  | 'ids';

/** What may stand where the cursor is. */
export interface Asked {
  /** What the candidates must begin with. */
  readonly word: string;
  /** What stands before each of them: "--model=", or the part of a list. */
  readonly before: string;
  readonly candidates: readonly Candidate[];
  readonly kept: Kept | null;
  /** Names of files may stand there too. */
  readonly files: boolean;
}

const NOTHING = { candidates: [], kept: null, files: false } as const;

const KEPT_BY_FLAG: Readonly<Record<string, Kept>> = {
  '--prompt': 'prompts',
  '--project': 'projects',
  '--label': 'labels',
  '--run': 'runs',
  '--key': 'keys',
  '--session': 'sessions',
  '--gateway': 'gateways',
  '--only': 'ids',
  '--urgent': 'ids',
  '--force': 'ids',
};

const FILES: ReadonlySet<string> = new Set([
  '--file',
  '--out',
  '--image',
  '--mask',
  '--prompt-file',
  '--prices',
  '--api-key-file',
  '--store',
  '--against',
  '--ledger',
  '--folder',
  '--skus',
]);

/** Flags whose values stand in a list, with commas. */
const LISTS: ReadonlySet<string> = new Set([
  '--fallback',
  '--gateway',
  '--only',
  '--urgent',
  '--force',
  '--needs',
]);

const KEPT_BY_COMMAND: Readonly<Record<string, Kept>> = {
  'batch show': 'jobs',
  'batch wait': 'jobs',
  'batch fetch': 'jobs',
  'batch cancel': 'jobs',
  'batch resubmit': 'jobs',
  'prompt show': 'prompts',
  'prompt rm': 'prompts',
  'session rm': 'sessions',
  history: 'requests',
  settle: 'requests',
  receipt: 'requests',
};

const WITH_FILES: ReadonlySet<string> = new Set(['edit', 'receipt', 'reconcile']);

const DEFAULT = 'generate';

/** What may come next behind these words of a command line. */
export function askedFor(
  before: readonly string[],
  typed: string,
  { commands, models }: CompletionTable,
  settings: readonly string[],
): Asked {
  const named = commands.find(({ name }) => name === before[0]);
  const command = named ?? commands.find(({ name }) => name === DEFAULT);
  const plain = { ...NOTHING, word: typed, before: '' };
  if (command === undefined) return plain;
  const { flags, words, open, isOver } = readFlags(named ? before.slice(1) : before, command);
  const ofValue = (flag: FlagRow, text: string, prefix: string): Asked => {
    const [long = ''] = flag.names;
    const cut = LISTS.has(long) ? text.lastIndexOf(',') + 1 : 0;
    return {
      ...NOTHING,
      ...valuesOf(flag, flags, models),
      word: text.slice(cut),
      before: prefix + text.slice(0, cut),
    };
  };
  if (open) return ofValue(open, typed, '');
  const [, name = '', text = ''] = /^(--[\w-]+)=([^]*)/.exec(typed) ?? [];
  const inline = isOver
    ? undefined
    : command.flags.find(({ names, value }) => value !== 'none' && names.includes(name));
  if (inline) return ofValue(inline, text, `${name}=`);
  if (typed.startsWith('-') && !isOver)
    return { ...plain, candidates: command.flags.flatMap(flagCandidates) };
  if (before.length === 0)
    return { ...plain, candidates: commands.map(({ name, about }) => ({ value: name, about })) };
  if (before[0] === 'help' && before.length === 1)
    return { ...plain, candidates: commands.map(({ name, about }) => ({ value: name, about })) };
  return { ...plain, ...argumentsOf(command, words, models, settings, commands) };
}

/** The flags of a command that are given, its other words, a flag that waits for its value, and whether `--` ended the flags. */
function readFlags(words: readonly string[], { flags: known }: CommandRow) {
  const flags = new Map<string, string>();
  const others: string[] = [];
  let open: FlagRow | null = null;
  let isOver = false;
  for (const word of words) {
    if (isOver) {
      others.push(word);
      continue;
    }
    if (open) {
      flags.set(open.names[0] ?? '', word);
      open = null;
      continue;
    }
    if (word === '--') {
      isOver = true;
      continue;
    }
    const [name = '', value] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    const flag = known.find(({ names }) => names.includes(name));
    if (!flag) others.push(word);
    else if (value !== undefined) flags.set(flag.names[0] ?? '', value);
    else if (flag.value === 'required') open = flag;
  }
  return { flags, words: others, open, isOver };
}

function valuesOf(
  { names: [long = ''], choices }: FlagRow,
  flags: ReadonlyMap<string, string>,
  models: readonly ModelRow[],
): Partial<Asked> {
  const named = models.filter(({ names }) => names.includes(flags.get('--model') ?? ''));
  const chosen = named.length > 0 ? named : models.filter(({ isLive }) => isLive);
  if (long === '--model' || long === '--fallback')
    return { candidates: modelCandidates(models, long === '--model') };
  if (long === '--size') return { candidates: sizeCandidates(chosen, flags.get('--lane') ?? 'now') };
  if (long === '--aspect')
    return {
      candidates: unique(chosen.flatMap(({ aspects }) => aspects)).map((value) => ({ value, about: '' })),
    };
  if (long === '--lane') return { candidates: laneCandidates(chosen, flags.get('--size') ?? '1K', choices) };
  if (choices.length > 0) return { candidates: choices.map((value) => ({ value, about: '' })) };
  return { kept: KEPT_BY_FLAG[long] ?? null, files: FILES.has(long) };
}

function argumentsOf(
  { name, verbs }: CommandRow,
  words: readonly string[],
  models: readonly ModelRow[],
  settings: readonly string[],
  commands: readonly CommandRow[],
): Partial<Asked> {
  const said = (values: readonly string[]): Partial<Asked> => ({
    candidates: values.map((value) => ({ value, about: '' })),
  });
  if (verbs.length > 0 && words.length === 0) return said(verbs);
  const verb = verbs.length > 0 ? `${name} ${words[0]}` : name;
  if (verb === 'completion') return words.length === 0 ? said(SHELLS) : {};
  if (verb === 'models' || verb === 'prices why') return { candidates: modelCandidates(models, false) };
  if (['config get', 'config set', 'config unset'].includes(verb)) {
    if (words.length === 1) return said(settings);
    const flag = commands.flatMap(({ flags }) => flags).find(({ names }) => names.includes(`--${words[1]}`));
    return verb === 'config set' && words.length === 2 && flag ? valuesOf(flag, new Map(), models) : {};
  }
  return { kept: KEPT_BY_COMMAND[verb] ?? null, files: WITH_FILES.has(name) };
}

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

const flagCandidates = ({ names, about }: FlagRow): readonly Candidate[] =>
  names.map((value) => ({ value, about }));

const modelCandidates = (models: readonly ModelRow[], withAuto: boolean): readonly Candidate[] => [
  ...(withAuto ? [{ value: 'auto', about: 'the cheapest that can do it' }] : []),
  ...models
    .filter(({ isLive }) => isLive)
    .flatMap(({ names, title, prices }) =>
      names.map((value) => ({
        value,
        about: `${title}${prices['now']?.['1K'] ? `, ${prices['now']['1K']} at 1K` : ''}`,
      })),
    ),
];

function sizeCandidates(models: readonly ModelRow[], lane: string): readonly Candidate[] {
  const sizes = unique(models.flatMap(({ prices }) => Object.keys(prices[lane] ?? prices['now'] ?? {})));
  return sizes.map((value) => ({ value, about: priceOf(models, lane, value) }));
}

function laneCandidates(
  models: readonly ModelRow[],
  size: string,
  choices: readonly string[],
): readonly Candidate[] {
  return choices.map((value) => ({ value, about: priceOf(models, value, size) }));
}

/** What a picture costs; of several models, the cheapest. */
function priceOf(models: readonly ModelRow[], lane: string, size: string): string {
  const prices = models
    .flatMap(({ prices }) => prices[lane]?.[size.toUpperCase()] ?? [])
    .map((price) => usd(price.slice(1)));
  const [first, ...more] = prices;
  if (first === undefined) return '';
  const least = more.reduce((a, b) => (b < a ? b : a), first);
  return `${prices.every((price) => price === first) ? '' : 'from '}${format(least)} a picture`;
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
