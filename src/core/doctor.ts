import { MODELS } from './catalogue/catalogue.ts';
import { dayOf } from './policy/calendar.ts';
import type { Failure, FailureKind } from './errors.ts';
import { dueSentence, type Waiting } from './policy/batch-queue.ts';
import type { LimitMeter } from './policy/rate-limits.ts';
import { SILENT_MS } from './policy/lease.ts';
import { format, nano, type Usd } from './pricing/money.ts';
import { counted, thousands } from './text/text.ts';

/** One check: what was looked at, what was found in one sentence, and what to do about it. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
  /** Of what kind the failure is; null unless the status is `fail`. */
  readonly kind: FailureKind | null;
}

export const fine = (name: string, message: string): Check => ({
  name,
  status: 'ok',
  message,
  hint: null,
  kind: null,
});

export const remark = (
  name: string,
  status: 'note' | 'warn',
  message: string,
  hint: string | null = null,
): Check => ({ name, status, message, hint, kind: null });

export const broken = (
  name: string,
  { kind, message, hint }: Pick<Failure, 'kind' | 'message' | 'hint'>,
): Check => ({
  name,
  status: 'fail',
  message,
  hint: hint ?? null,
  kind,
});

/** `wanted` as package.json has it: ">=20.19". */
export function nodeCheck(version: string, wanted: string): Check {
  const [major = 0, minor = 0] = numbers(version);
  const [least = 0, leastMinor = 0] = numbers(wanted);
  if (major > least || (major === least && minor >= leastMinor)) return fine('node', `Node ${version}.`);
  return broken('node', {
    kind: 'usage',
    message: `Node ${version} is too old: pixtab needs ${wanted}.`,
    hint: 'Install a newer Node: https://nodejs.org',
  });
}

const numbers = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number);

/** A conversation, as far as it can be gone on with. */
export interface SessionFacts {
  readonly name: string;
  readonly damage: string | null;
}

export function sessionChecks(sessions: readonly SessionFacts[]): readonly Check[] {
  const damaged = sessions.filter(({ damage }) => damage !== null);
  if (sessions.length > 0 && damaged.length === 0)
    return [fine('sessions', `${counted(sessions.length, 'session')} to go on with.`)];
  return damaged.map(({ name, damage }) =>
    remark(
      'sessions',
      'warn',
      `Session ${name} is damaged: ${damage}.`,
      `Its pictures are where they were saved; pixtab session rm ${name} lets go of it.`,
    ),
  );
}

/** A folder that pixtab writes into, once there is something to write. */
export interface FolderFacts {
  readonly name: 'config' | 'state' | 'cache';
  readonly path: string;
  readonly exists: boolean;
  /** Why it cannot be written; null when it can. */
  readonly problem: string | null;
  /** null where nobody can tell. */
  readonly freeBytes: bigint | null;
}

const MIB = 1_048_576n;
/** The largest answer, and the picture that is made of it. */
const TIGHT = 512n * MIB;
const TOO_TIGHT = 32n * MIB;

export function folderCheck({ name, path, exists, problem, freeBytes }: FolderFacts): Check {
  if (problem !== null) {
    const hint = 'Change its permissions, or set PIXTAB_HOME to a folder of yours.';
    const message = `${path} cannot be written: ${problem}.`;
    // Only what is in the state folder is needed to buy.
    return name === 'state'
      ? broken(name, { kind: 'usage', message, hint })
      : remark(name, 'warn', message, hint);
  }
  const free = freeBytes === null ? '' : `, ${sizeOf(freeBytes)} free`;
  const message = `${path}${exists ? '' : ' (not there yet)'}${free}.`;
  if (name === 'state' && freeBytes !== null && freeBytes < TIGHT) {
    const hint = 'Make room: what is paid for is kept there until it is saved.';
    return freeBytes < TOO_TIGHT
      ? broken(name, { kind: 'usage', message, hint })
      : remark(name, 'warn', message, hint);
  }
  return fine(name, message);
}

function sizeOf(bytes: bigint): string {
  return bytes < 1024n * MIB ? `${bytes / MIB} MiB` : `${bytes / (1024n * MIB)} GiB`;
}

/** The ledger as it lies on disk, and what was left unfinished in it. */
export interface LedgerFacts {
  readonly path: string;
  readonly state: 'none' | 'current' | 'older';
  /** Everything that contradicts itself, a sentence each. */
  readonly contradictions: readonly string[];
  /** The last purchase, in milliseconds since 1970. */
  readonly newest: number | null;
  /** Paid answers whose process ended before their pictures were saved. */
  readonly unsaved: number;
  /** Requests whose process ended before anybody knew what became of them. */
  readonly interrupted: number;
  /** Other machines that hold something. */
  readonly hosts: readonly HostFacts[];
  /** Jobs of the batch lane that are not done. */
  readonly jobs: readonly Waiting[];
  /** Limits that were met, as they are relied on now; the model is empty where all share one. */
  readonly limits: readonly KnownLimit[];
}

export interface HostFacts {
  readonly host: string;
  readonly requests: number;
  readonly held: Usd;
  readonly heardAt: number;
}

export interface KnownLimit {
  /** Whose it is. */
  readonly host: string;
  readonly model: string;
  readonly meter: LimitMeter;
  readonly most: bigint;
  readonly at: number;
}

export function ledgerChecks(facts: LedgerFacts, now: number): readonly Check[] {
  const { path, state, contradictions, unsaved, interrupted, hosts, jobs, limits } = facts;
  const [first] = contradictions;
  const older = state === 'older' ? '; the next purchase brings it up to date' : '';
  const health =
    first === undefined
      ? fine(
          'ledger',
          state === 'none' ? 'There is none yet; the first purchase makes it.' : `${path} is sound${older}.`,
        )
      : broken('ledger', {
          kind: 'disk',
          message:
            contradictions.length === 1 ? first : `${first} ${contradictions.length - 1} more like it.`,
          hint: `${path} was left as it is; pixtab verify lists everything.`,
        });
  return [
    health,
    ...unfinishedChecks(unsaved, interrupted),
    ...hosts.map((host) => hostCheck(host, now)),
    ...(jobs.length === 0 ? [] : [jobsCheck(jobs, now)]),
    ...limits.map((limit) => limitCheck(limit, now)),
  ];
}

function hostCheck({ host, requests, held, heardAt }: HostFacts, now: number): Check {
  const minutes = Math.max(0, Math.round((now - heardAt) / 60_000));
  const message = `${host} holds ${format(held)} for ${counted(requests, 'request')}; heard of ${counted(minutes, 'minute')} ago.`;
  return now - heardAt < SILENT_MS
    ? remark('hosts', 'note', message)
    : remark('hosts', 'warn', message, `If that machine is gone: pixtab recover --host ${host}`);
}

function jobsCheck(jobs: readonly Waiting[], now: number): Check {
  const due = dueSentence(jobs, now);
  if (due !== null) return remark('batch', 'warn', `${due}.`, 'Run pixtab batch fetch.');
  const many = jobs.length > 1 ? 'are' : 'is';
  return fine('batch', `${counted(jobs.length, 'job')} ${many} under way; pixtab batch list shows more.`);
}

const A_MINUTE: Record<LimitMeter, string> = {
  requests: 'requests a minute',
  images: 'images a minute',
  spend: 'in ten minutes',
};

function limitCheck({ host, model, meter, most, at }: KnownLimit, now: number): Check {
  const number = meter === 'spend' ? format(nano(most)) : thousands(most);
  const whose = model === '' ? '' : ` of ${model}`;
  const ago = counted(Math.max(0, Math.round((now - at) / 60_000)), 'minute');
  const message = `${host} was seen to allow ${number} ${A_MINUTE[meter]}${whose}, ${ago} ago; pixtab keeps to it.`;
  return remark('limits', 'note', message);
}

function unfinishedChecks(unsaved: number, interrupted: number): readonly Check[] {
  if (unsaved === 0 && interrupted === 0) return [fine('unfinished', 'Nothing was left unfinished.')];
  return [
    ...(unsaved > 0
      ? [
          remark(
            'unfinished',
            'warn',
            `${counted(unsaved, 'paid answer')} ${unsaved === 1 ? 'waits' : 'wait'} for ${unsaved === 1 ? 'its' : 'their'} pictures to be saved.`,
            'Run pixtab recover.',
          ),
        ]
      : []),
    ...(interrupted > 0
      ? [
          remark(
            'unfinished',
            'note',
            `${counted(interrupted, 'request')} ${interrupted === 1 ? 'was' : 'were'} interrupted; the next purchase settles what that means.`,
          ),
        ]
      : []),
  ];
}

const ONE_MINUTE = 60_000;

/** `newest` of the ledger and the server's time, where they are known, against the clock. */
export function clockCheck(now: number, newest: number | null, serverTime: number | null): Check {
  const hint = 'Set the clock: prices, budgets and rate limits go by it.';
  const builtOn =
    MODELS.flatMap(({ rates }) => rates.map(({ checked }) => checked))
      .toSorted()
      .at(-1) ?? '';
  if (dayOf(now) < builtOn) {
    return remark('clock', 'warn', `The clock says ${dayOf(now)}, which is before pixtab was made.`, hint);
  }
  if (newest !== null && newest > now + ONE_MINUTE) {
    return remark('clock', 'warn', 'The ledger has a purchase in the future: the clock was set back.', hint);
  }
  const off = serverTime === null ? 0 : Math.abs(serverTime - now);
  if (off > ONE_MINUTE) {
    return remark(
      'clock',
      'warn',
      `The clock differs from the server's by ${Math.round(off / 1_000)} seconds.`,
      hint,
    );
  }
  return fine('clock', `${new Date(now).toISOString()}${serverTime === null ? '' : ", as the server's"}.`);
}
