import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nano } from '../../bench/place.mjs';
import type { Api } from './api.ts';
import type { Place, Ran } from './place.ts';

export type Charged = 'yes' | 'no' | 'unknown';
/** What was booked, or told, beside what it should agree with. */
export type Compared = 'same' | 'more' | 'less' | 'estimated';

/** What a scenario came to, as anybody can see it from outside. */
export interface Seen {
  /** Of the command that asked for the pictures, or of the worker with a job, where another one brings them; else null. */
  readonly first: number | null;
  /** Of the last command. */
  readonly exit: number;
  readonly outcome: string;
  /** What the JSON says about the money; null where that document does not say. */
  readonly charged: Charged | null;
  /** Requests that arrived at the API, of those that may cost something. */
  readonly sent: number;
  /** Requests that the API charged. */
  readonly metered: number;
  /** Of the attempts in the ledger, in order. */
  readonly states: readonly string[];
  /** What the ledger settled, beside what the API charged; `estimated` where it says that it is. */
  readonly settled: Compared;
  /** What the JSON says was paid, beside what the ledger settled. */
  readonly told: Compared;
  /** Pictures on disk. */
  readonly pictures: number;
  /** Answers that wait in the journal. */
  readonly journal: number;
}

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly error: { readonly kind: string } | null;
  readonly cost?: { readonly amount: string; readonly charged: Charged } | null;
  readonly settled?: string | null;
  readonly unconfirmed?: string | number | null;
  readonly spent?: string | null;
  readonly pictures?: readonly { readonly charged: Charged }[];
  readonly answers?: readonly { readonly cost: { readonly charged: Charged } | null }[];
  readonly jobs?: readonly unknown[];
}

export async function seen(
  ran: readonly Ran[],
  here: Place,
  api: Api,
  images = join(here.dir, 'images'),
): Promise<Seen> {
  const documents = ran.map(documentOf);
  const last = documents.at(-1);
  if (last === undefined) throw new TypeError('nothing was run');
  const account = api.control.account();
  const { states, settled, doubtful, isEstimated } = await ledgerOf(here);
  const told = documents.reduce((sum, each) => sum + paidIn(each), 0n);
  return {
    first: documents.length > 1 ? (documents[0]?.exitCode ?? null) : null,
    exit: last.exitCode,
    outcome: last.outcome,
    charged: chargedIn(last),
    sent: api.sent(),
    metered: account.charged,
    states,
    settled: isEstimated ? 'estimated' : compared(settled, nano(account.total)),
    told: compared(told, documents.some(countsDoubt) ? settled + doubtful : settled),
    pictures: (await filesIn(images)).length,
    journal: (await filesIn(join(here.state, 'journal'))).length,
  };
}

/** Exactly one document, which agrees with itself and with the exit code. */
function documentOf({ code, stdout, stderr }: Ran): Document {
  const document = JSON.parse(stdout) as Document;
  const kind = document.error?.kind ?? 'ok';
  if (document.exitCode !== code || kind !== document.outcome || (code === 0) !== (kind === 'ok')) {
    throw new Error(
      `exit ${code}, but the JSON says ${document.exitCode} ${document.outcome} ${kind}\n${stderr}`,
    );
  }
  return document;
}

function chargedIn({ cost, pictures, answers }: Document): Charged | null {
  if (pictures) return worst(pictures.map(({ charged }) => charged));
  if (answers) {
    const told = answers.flatMap(({ cost }) => cost?.charged ?? []);
    return told.length === 0 ? null : worst(told);
  }
  return cost === undefined ? null : (cost?.charged ?? 'no');
}

const worst = (all: readonly Charged[]): Charged =>
  (['unknown', 'yes'] as const).find((charged) => all.includes(charged)) ?? 'no';

/** `generate` and `apply` count what nobody can know, too; `batch` and `recover` tell what they settled. */
const countsDoubt = ({ cost, unconfirmed }: Document): boolean =>
  cost !== undefined || unconfirmed !== undefined;

/** A worker counts the pictures that are unconfirmed; their price is in what it spent. */
const paidIn = ({ cost, settled, spent, unconfirmed }: Document): bigint =>
  nano(cost?.amount ?? '0') +
  nano(settled ?? '0') +
  nano(spent ?? '0') +
  nano(typeof unconfirmed === 'string' ? unconfirmed : '0');

function compared(amount: bigint, other: bigint): Compared {
  if (amount === other) return 'same';
  return amount > other ? 'more' : 'less';
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = existsSync(folder) ? await readdir(folder, { withFileTypes: true, recursive: true }) : [];
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function ledgerOf({ ledger }: Place) {
  const attempts = (await ledger.rows(
    'SELECT state, expected_nano AS expected FROM $attempts ORDER BY rowid',
  )) as { state: string; expected: bigint }[];
  const bills = (await ledger.rows('SELECT amount_nano AS amount, basis FROM $bills')) as {
    amount: bigint;
    basis: string;
  }[];
  return {
    states: attempts.map(({ state }) => state),
    isEstimated: bills.some(({ basis, amount }) => basis === 'estimated' && amount > 0n),
    settled: bills.reduce((sum, { amount }) => sum + amount, 0n),
    doubtful: attempts.reduce(
      (sum, { state, expected }) => (state === 'unconfirmed' ? sum + expected : sum),
      0n,
    ),
  };
}
