import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import type { Charged } from '../../core/errors.ts';
import { Failure } from '../../core/errors.ts';
import type { AttemptPlan, Journal, JournalEntry, KeptAnswer, KeptSize } from '../../ports/index.ts';
import { atomicWriter, type WriteFs } from '../files/atomic-write.ts';
import { errno } from '../files/fs-errors.ts';
import { tidy } from '../files/tidy.ts';
import { answerIn, headOf } from './answer-file.ts';

/** The part of node:fs/promises that the journal touches, so that tests can break each call. */
export interface JournalFs extends WriteFs {
  rm(path: string, options: { readonly force: true }): Promise<void>;
  readdir(path: string): Promise<readonly string[]>;
  readFile(path: string): Promise<Uint8Array>;
  stat(path: string): Promise<{ isDirectory(): boolean; readonly mtimeMs: number; readonly size: number }>;
}

export interface FileJournal extends Journal {
  /** Whether an answer is kept here, whole or not. */
  has(attemptId: string): boolean;
}

/** The journal of this machine alone. */
export interface LocalJournal extends FileJournal {
  /** Keeps the file of an answer that was kept elsewhere. */
  bring(attemptId: string, file: Uint8Array): Promise<void>;
}

/** The file of an answer: whose it is, and its body. */
export const fileOf = (attempt: AttemptPlan, body: Uint8Array): readonly [Uint8Array, Uint8Array] => [
  headOf(attempt, { bytes: body.byteLength, sha256: sha256(body) }),
  body,
];

/** How the name of an answer ends. */
export const ANSWER = '.answer';
const KEPT = 'kept';
const MIB = 1_048_576;
export const SAFE_ID = /^[\w-]{1,128}$/;

/** Answers in a folder, a file for each: the first line says whose it is, the rest is the body as it came. */
export function journal(folder: string, fs: JournalFs = nodeFs): LocalJournal {
  const kept = join(folder, KEPT);
  const files = atomicWriter({ fs, fileMode: 0o600, folderMode: 0o700 });

  function pathOf(attemptId: string, within = folder): string {
    if (!SAFE_ID.test(attemptId))
      throw new Failure('bug', `Not the id of an attempt: ${JSON.stringify(attemptId)}.`);
    return join(within, `${attemptId}${ANSWER}`);
  }

  async function prove(bytes: number): Promise<void> {
    try {
      // Not flushed: writing alone shows whether there is room.
      await files.prove(join(folder, 'probe'), zeros(bytes), { flush: false });
    } catch (error) {
      throw noRoom(folder, bytes, error);
    }
  }

  async function keep(attempt: AttemptPlan, body: Uint8Array): Promise<JournalEntry> {
    const path = pathOf(attempt.attemptId);
    try {
      await files.write(path, fileOf(attempt, body));
      return { attemptId: attempt.attemptId, path, status: 'ok', problem: null, attempt };
    } catch (error) {
      throw trouble(`The answer to a paid request could not be kept at ${path}`, error, 'yes');
    }
  }

  async function bring(attemptId: string, file: Uint8Array): Promise<void> {
    const path = pathOf(attemptId);
    try {
      await files.write(path, [file]);
    } catch (error) {
      throw trouble(`The answer ${attemptId} could not be kept at ${path}`, error);
    }
  }

  async function remove(attemptId: string): Promise<void> {
    const path = pathOf(attemptId);
    try {
      await fs.rm(path, { force: true });
    } catch (error) {
      throw trouble(`The finished answer ${path} could not be removed`, error);
    }
  }

  async function setAside(attemptId: string): Promise<string> {
    const path = pathOf(attemptId);
    const place = pathOf(attemptId, kept);
    try {
      await files.move(path, place);
      return place;
    } catch (error) {
      throw trouble(`The answer ${path} could not be set aside`, error);
    }
  }

  async function forget(before: number, { look }: { readonly look: boolean }): Promise<KeptSize> {
    let [answers, bytes] = [0, 0];
    for (const attemptId of await idsIn(kept)) {
      const path = pathOf(attemptId, kept);
      try {
        const { mtimeMs, size } = await fs.stat(path);
        if (mtimeMs >= before) continue;
        if (!look) await fs.rm(path, { force: true });
        answers += 1;
        bytes += size;
      } catch (error) {
        // Another process removed it first.
        if (errno(error) !== 'ENOENT') throw trouble(`The kept answer ${path} could not be removed`, error);
      }
    }
    return { answers, bytes };
  }

  const ids = (): Promise<readonly string[]> => idsIn(folder);

  async function idsIn(folder: string): Promise<readonly string[]> {
    const files = (await names(folder)).filter((name) => name.endsWith(ANSWER));
    return files
      .map((name) => name.slice(0, -ANSWER.length))
      .filter((id) => SAFE_ID.test(id))
      .toSorted();
  }

  async function list(within = folder): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for (const attemptId of await idsIn(within)) entries.push((await readIn(within, attemptId)).entry);
    return entries;
  }

  async function names(folder: string): Promise<readonly string[]> {
    try {
      return await fs.readdir(folder);
    } catch (error) {
      // Below a file there is nothing either; whoever would keep something there learns why it cannot be.
      if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return [];
      throw trouble(`The journal ${folder} could not be read`, error);
    }
  }

  async function readIn(within: string, attemptId: string): Promise<KeptAnswer> {
    const path = pathOf(attemptId, within);
    let file: Uint8Array;
    try {
      file = await fs.readFile(path);
    } catch (error) {
      throw trouble(`The kept answer ${path} could not be read`, error);
    }
    return answerIn(file, { attemptId, path, sha256 });
  }

  return {
    prove,
    keep,
    bring,
    // No other machine looks into this folder.
    claim: async (attemptId) => existsSync(pathOf(attemptId)),
    remove,
    setAside,
    aside: () => list(kept),
    forget,
    tidy: async (before) => void (await tidy(folder, before, fs)),
    ids,
    list: () => list(),
    read: (attemptId) => readIn(folder, attemptId),
    has: (attemptId) => existsSync(pathOf(attemptId)),
  };
}

/** So many bytes, in pieces of a mebibyte. */
function* zeros(bytes: number): Iterable<Uint8Array> {
  const piece = new Uint8Array(Math.min(bytes, MIB));
  for (let left = bytes; left > 0; left -= MIB) yield piece.subarray(0, left);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function noRoom(folder: string, bytes: number, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  const mebibytes = Math.ceil(bytes / MIB);
  return new Failure(
    'usage',
    `What is paid for could not be kept in ${folder}, which needs ${mebibytes} MiB of room: ${why}.`,
    {
      hint: 'Make it writable and make room there, or let PIXTAB_HOME name another folder.',
      cause,
    },
  );
}

/** Whether something was charged depends on what failed: only an answer that could not be kept was just paid for. */
function trouble(what: string, cause: unknown, charged: Charged = 'no'): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure('disk', `${what}: ${why}.`, {
    hint: 'Check the free space and the permissions there.',
    charged,
    cause,
  });
}
