/** Flags that may be set outside the command line. None of them spends money without being asked. */
export const PREFERENCES = [
  'model',
  'size',
  'aspect',
  'out',
  'format',
  'quality',
  'lane',
  'route',
  'fallback',
  'max-cost',
  'ask-above',
  'on-retired',
  'retries',
  'timeout',
  'concurrency',
  'rpm',
  'rpd',
  'ipm',
  'spend-rate',
  'tier',
  'project',
  'store',
  'store-limit',
  'gateway',
  'key',
  'prices',
  'forget-after',
  'session-days',
  'picture-hosts',
  'ledger',
  'journal',
  'color',
] as const;

export type Preference = (typeof PREFERENCES)[number];

/**
 * Only the user's own file or environment may set these: the working directory must not fake a price, redirect a key, and
 * neither remove records nor move them.
 */
export const NOT_BY_A_FOLDER = [
  'gateway',
  'key',
  'prices',
  'forget-after',
  'session-days',
  'picture-hosts',
  'ledger',
  'journal',
] as const satisfies readonly Preference[];

/** What a folder could do with each of them. */
export const HARM = {
  gateway: 'decide where your key is sent',
  key: 'decide which of your keys pays',
  prices: 'fake a price',
  'forget-after': 'remove records',
  'session-days': 'remove conversations',
  'picture-hosts': 'decide what is fetched from where',
  ledger: 'decide where your books are kept',
  journal: 'decide where your paid answers are kept',
} as const;

/** Preferences that no flag has. */
const WITHOUT_FLAG: ReadonlySet<Preference> = new Set(['session-days', 'picture-hosts', 'ledger', 'journal']);

export const hasFlag = (name: Preference): boolean => !WITHOUT_FLAG.has(name);

export const isOfTheUser = (name: Preference): name is (typeof NOT_BY_A_FOLDER)[number] =>
  NOT_BY_A_FOLDER.some((own) => own === name);

/** The variable that sets a preference: `max-cost` is PIXTAB_MAX_COST. */
export const variableOf = (name: Preference): string => `PIXTAB_${name.toUpperCase().replaceAll('-', '_')}`;
