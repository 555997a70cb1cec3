import { POSTGRES, type LedgerKind } from './ledgers.ts';
import type { Trouble } from './disk.ts';
import { BATCH, DOORS, QUEUE, type Door } from './doors.ts';
import type { Seen } from './seen.ts';

/** What the API does, what the disk does, what the user allowed and did, and what it must come to. */
export interface Scenario {
  /** A sentence. */
  readonly name: string;
  /** What requests that may cost something meet, in turn; in the batch lane, the making of a job. */
  readonly faults?: string;
  readonly model?: string;
  /** Pictures that are asked for; one. */
  readonly count?: number;
  readonly flags?: readonly string[];
  /** Where the API is, if it is not at the sandbox. */
  readonly baseUrl?: string;
  /** A command before the one that buys. */
  readonly before?: readonly string[];
  /** It stays as it is at the API, however long somebody waits. */
  readonly isEndless?: boolean;
  /** What goes wrong on this machine, and since when. */
  readonly trouble?: (folders: Folders) => Trouble;
  readonly since?: 'start' | 'sent' | 'second sent';
  /** It is over when the first command is. */
  readonly passes?: boolean;
  /** What the user does while a request is under way. */
  readonly interrupted?: 'once' | 'twice';
  /** The time for a request is over when its work is done. */
  readonly timeout?: boolean;
  /** The same for every door. */
  readonly ends: Ends;
  /** But for differences that are meant. */
  readonly unless?: readonly Exception[];
  /** What is different with a ledger at a server. */
  readonly atServer?: (ends: Seen) => Seen;
}

/** Some doors end otherwise, or cannot be gone through. */
export interface Exception {
  readonly doors: readonly Door[];
  /** The end of a sentence that begins with "since". */
  readonly why: string;
  /** What is different; null where there is nothing to try. */
  readonly ends: Partial<Seen> | null;
}

/** How a scenario ends; where a job is made first, that command ends as pending unless an exception says otherwise. */
export type Ends = Omit<Seen, 'first'>;

export interface Folders {
  readonly journal: string;
  readonly images: string;
  readonly store: string;
}

const exceptionsAt = (door: Door, { unless = [] }: Scenario): readonly Exception[] =>
  unless.filter(({ doors }) => doors.includes(door));

export const doorsOf = (scenario: Scenario, { hasQueue }: Pick<LedgerKind, 'hasQueue'>): readonly Door[] =>
  DOORS.filter(
    (door) =>
      (hasQueue || !QUEUE.includes(door)) && exceptionsAt(door, scenario).every(({ ends }) => ends !== null),
  );

/** What a door is called in the tests of a scenario, with what is special about it. */
export const titleOf = (door: Door, scenario: Scenario): string =>
  [door, ...exceptionsAt(door, scenario).map(({ why }) => `since ${why}`)].join(', ');

const PENDING = 12;

export function expectedAt(door: Door, scenario: Scenario, ledger: LedgerKind): Seen {
  const first = BATCH.includes(door) ? PENDING : door === 'queue' ? 0 : null;
  const own = exceptionsAt(door, scenario).reduce<Seen>((ends, { ends: other }) => ({ ...ends, ...other }), {
    ...scenario.ends,
    first,
  });
  // Their last documents are about jobs or a queue, and do not say whether those were charged.
  const ends = door === 'generate by batch' || QUEUE.includes(door) ? { ...own, charged: null } : own;
  return ledger === POSTGRES ? (scenario.atServer?.(ends) ?? ends) : ends;
}
