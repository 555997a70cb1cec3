import { z } from 'zod';
import { asFailure, Failure, restated } from '../../core/errors.ts';
import { SILENT_MS } from '../../core/policy/lease.ts';
import type { AttemptPlan, JournalEntry, KeptAnswer } from '../../ports/index.ts';
import type { Owner } from '../ledger/owner.ts';
import type { Aged, Bucket } from '../s3/bucket.ts';
import { answerIn } from './answer-file.ts';
import { ANSWER, fileOf, SAFE_ID, sha256, type FileJournal, type LocalJournal } from './journal.ts';

/** Where the copies are. */
export interface SharedPlace {
  readonly bucket: () => Promise<Bucket>;
  /** Ends in a slash. */
  readonly prefix: string;
  /** As people read it: "s3://bucket/prefix/real/journal/". */
  readonly shown: string;
}

export interface Keeping {
  readonly owner: Owner;
  /** Asked only about processes of this host. */
  readonly isAlive: (owner: Pick<Owner, 'pid' | 'startedAt'>) => boolean;
}

const CLAIM = '.claim-';
const NEWLINE = 0x0a;

const Keeper = z.object({
  schema: z.literal('pixtab.keeper/1'),
  id: z.string(),
  host: z.string(),
  pid: z.int(),
  startedAt: z.string(),
});

/**
 * Answers in a folder of this machine, and a copy of each in a bucket, where any other machine finds it. The folder comes
 * first, and holds where the bucket fails. Before an object, a line says which process put it there.
 */
export function sharedJournal(
  local: LocalJournal,
  { bucket: open, prefix, shown }: SharedPlace,
  { owner, isAlive }: Keeping,
): FileJournal {
  const { id, host, pid, startedAt } = owner;
  const self = Buffer.from(`${JSON.stringify({ schema: 'pixtab.keeper/1', id, host, pid, startedAt })}\n`);
  const keyOf = (attemptId: string): string => `${prefix}${attemptId}${ANSWER}`;
  const claimOf = (attemptId: string, n: number): string => `${prefix}${attemptId}${CLAIM}${n}`;
  const shownOf = (attemptId: string): string => `${shown}${attemptId}${ANSWER}`;

  async function prove(bytes: number): Promise<void> {
    await local.prove(bytes);
    await provePlace({ bucket: open, prefix, shown });
  }

  async function keep(attempt: AttemptPlan, body: Uint8Array): Promise<JournalEntry> {
    const { attemptId } = attempt;
    const here = await outcomeOf(local.keep(attempt, body));
    const bytes = Buffer.concat([self, ...fileOf(attempt, body)]);
    const there = await outcomeOf(
      open().then((bucket) => bucket.put(keyOf(attemptId), bytes, { replace: true })),
    );
    if (here instanceof Failure) {
      if (there instanceof Failure) throw here;
      const entry = { attemptId, path: shownOf(attemptId), status: 'ok', problem: null, attempt } as const;
      return { ...entry, remark: `${here.message} It is kept at ${entry.path}.` };
    }
    if (!(there instanceof Failure)) return here;
    return { ...here, remark: `The answer is kept on this machine alone: ${there.message}` };
  }

  /** How many claims there are to each answer whose id begins so; 0 where the answer is there and nobody else's. */
  async function copies(begins = ''): Promise<ReadonlyMap<string, { isThere: boolean; claims: number }>> {
    const found = new Map<string, { isThere: boolean; claims: number }>();
    for (const key of await (await open()).keys(`${prefix}${begins}`)) {
      const name = key.slice(prefix.length);
      const [, attemptId = '', claim] = /^(.*?)(?:\.answer|\.claim-(\d{1,6}))$/.exec(name) ?? [];
      if (!SAFE_ID.test(attemptId)) continue;
      const known = found.get(attemptId) ?? { isThere: false, claims: 0 };
      known.isThere ||= claim === undefined;
      known.claims = Math.max(known.claims, Number(claim ?? 0));
      found.set(attemptId, known);
    }
    return found;
  }

  async function idsThere(): Promise<readonly string[]> {
    return [...(await copies())].filter(([, { isThere }]) => isThere).map(([attemptId]) => attemptId);
  }

  async function claim(attemptId: string): Promise<boolean> {
    const bucket = await open();
    const { isThere = false, claims = 0 } = (await copies(attemptId)).get(attemptId) ?? {};
    if (!isThere) return local.has(attemptId);
    const last = await bucket.look(claims === 0 ? keyOf(attemptId) : claimOf(attemptId, claims));
    if (last === null || isAtWork(last)) return false;
    if (!(await bucket.put(claimOf(attemptId, claims + 1), self, { replace: false }))) return false;
    // Whoever had it may have finished and let go of everything meanwhile.
    if (await bucket.has(keyOf(attemptId))) return true;
    await bucket.remove(claimOf(attemptId, claims + 1));
    return false;
  }

  /** Whether another process that put this there is still at it, as far as can be known. */
  function isAtWork({ bytes, ageMs }: Aged): boolean {
    const keeper = keeperIn(bytes);
    if (keeper?.id === owner.id) return false;
    return keeper?.host === owner.host ? isAlive(keeper) : ageMs < SILENT_MS;
  }

  async function letGo(attemptId: string): Promise<void> {
    try {
      const bucket = await open();
      await bucket.remove(keyOf(attemptId));
      if (claimed.delete(attemptId)) await removeClaims(attemptId, bucket);
    } catch (error) {
      const message = `The copy ${shownOf(attemptId)} of a finished answer could not be removed.`;
      throw restated(saying(message, error), { kind: 'disk' });
    }
  }

  const claimed = new Set<string>();
  async function removeClaims(attemptId: string, bucket: Bucket): Promise<void> {
    for (const key of await bucket.keys(`${prefix}${attemptId}${CLAIM}`)) await bucket.remove(key);
  }

  async function fetched(attemptId: string): Promise<Uint8Array | null> {
    const bytes = await (await open()).get(keyOf(attemptId));
    return bytes && bytes.subarray(bytes.indexOf(NEWLINE) + 1);
  }

  async function read(attemptId: string): Promise<KeptAnswer> {
    const here = local.has(attemptId) ? await local.read(attemptId) : null;
    if (here?.body) return here;
    const file = await fetched(attemptId);
    if (file !== null) return answerIn(file, { attemptId, path: shownOf(attemptId), sha256 });
    return here ?? local.read(attemptId);
  }

  async function ids(): Promise<readonly string[]> {
    return [...new Set([...(await local.ids()), ...(await idsThere())])].toSorted();
  }

  return {
    ...local,
    prove,
    keep,
    async claim(attemptId) {
      const isOurs = await claim(attemptId);
      if (isOurs) claimed.add(attemptId);
      return isOurs;
    },
    async remove(attemptId) {
      // As long as the copy is there, this machine knows of it.
      await letGo(attemptId);
      await local.remove(attemptId);
    },
    async setAside(attemptId) {
      const file = local.has(attemptId) ? null : await fetched(attemptId);
      if (file !== null) await local.bring(attemptId, file);
      await letGo(attemptId);
      return local.setAside(attemptId);
    },
    async tidy(before) {
      await local.tidy(before);
      for (const [attemptId, { isThere }] of await copies())
        if (!isThere) await removeClaims(attemptId, await open());
    },
    ids,
    async list() {
      const here = new Map((await local.list()).map((entry) => [entry.attemptId, entry]));
      const entries: JournalEntry[] = [];
      for (const attemptId of await ids()) entries.push(here.get(attemptId) ?? (await read(attemptId)).entry);
      return entries;
    },
    read,
  };
}

async function provePlace({ bucket, prefix, shown }: SharedPlace): Promise<void> {
  try {
    await (await bucket()).prove(`${prefix}proof`);
  } catch (error) {
    throw saying(`Answers could not be kept at ${shown}, so nothing was sent.`, error);
  }
}

/** Looks for answers there, and proves that one could be kept. */
export async function inspectPlace(place: SharedPlace): Promise<void> {
  try {
    await (await place.bucket()).keys(place.prefix);
  } catch (error) {
    throw saying(`Answers cannot be looked for at ${place.shown}.`, error);
  }
  await provePlace(place);
}

function keeperIn(bytes: Uint8Array): z.infer<typeof Keeper> | null {
  try {
    const [line = ''] = Buffer.from(bytes.subarray(0, bytes.indexOf(NEWLINE)))
      .toString()
      .split('\n');
    return Keeper.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

async function outcomeOf<T>(work: Promise<T>): Promise<T | Failure> {
  try {
    return await work;
  } catch (error) {
    return asFailure(error);
  }
}

/** What could not be done with the copies, before why. */
function saying(what: string, error: unknown): Failure {
  const failure = asFailure(error);
  return restated(failure, { message: `${what} ${failure.message}`, charged: 'no' });
}
