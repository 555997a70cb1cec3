import { Failure } from '../../../src/core/errors.ts';
import type { AttemptPlan, Journal, JournalEntry } from '../../../src/ports/index.ts';

export interface FakeJournal extends Journal {
  /** Answers by attempt; tests put in and take out as they like. */
  readonly answers: Map<string, FakeAnswer>;
  readonly kept: Map<string, FakeAnswer>;
  /** What `tidy` was asked. */
  readonly tidied: number[];
  /** Bytes that were proven to have room, in order. */
  readonly proven: readonly number[];
  /** Makes the next `keep` fail like a full disk. */
  failOnce(): void;
}

export interface FakeAnswer {
  readonly attempt: AttemptPlan | null;
  readonly body: Uint8Array | null;
  readonly status: JournalEntry['status'];
  /** When it was kept for good. */
  readonly keptAt?: number;
}

export function fakeJournal(): FakeJournal {
  const answers = new Map<string, FakeAnswer>();
  const kept = new Map<string, FakeAnswer>();
  const tidied: number[] = [];
  const proven: number[] = [];
  let isFull = false;

  function entryOf(attemptId: string, from = answers): JournalEntry & { readonly body: Uint8Array | null } {
    const answer = from.get(attemptId);
    if (answer === undefined) throw new Failure('disk', `The kept answer ${attemptId} could not be read.`);
    const { status, attempt, body } = answer;
    const problem = status === 'ok' ? null : `it is ${status}`;
    const path = `/journal/${from === kept ? 'kept/' : ''}${attemptId}.answer`;
    return { attemptId, path, status, problem, attempt, body };
  }

  function list(from: Map<string, FakeAnswer>): readonly JournalEntry[] {
    return [...from.keys()].toSorted().map((attemptId) => {
      const { body: _, ...entry } = entryOf(attemptId, from);
      return entry;
    });
  }

  return {
    answers,
    kept,
    tidied,
    proven,
    failOnce() {
      isFull = true;
    },
    prove: async (bytes) => void proven.push(bytes),
    async keep(attempt, body) {
      if (isFull) {
        isFull = false;
        throw new Failure('disk', 'The answer to a paid request could not be kept: no space left.');
      }
      answers.set(attempt.attemptId, { attempt, body, status: 'ok' });
      const { body: _, ...entry } = entryOf(attempt.attemptId);
      return entry;
    },
    claim: async (attemptId) => answers.has(attemptId),
    async remove(attemptId) {
      answers.delete(attemptId);
    },
    ids: async () => [...answers.keys()].toSorted(),
    list: async () => list(answers),
    async setAside(attemptId) {
      const { path } = entryOf(attemptId);
      const answer = answers.get(attemptId);
      if (answer) kept.set(attemptId, answer);
      answers.delete(attemptId);
      return path.replace('/journal/', '/journal/kept/');
    },
    aside: async () => list(kept),
    async forget(before, { look }) {
      const old = [...kept].filter(([, { keptAt = 0 }]) => keptAt < before);
      if (!look) for (const [attemptId] of old) kept.delete(attemptId);
      return {
        answers: old.length,
        bytes: old.reduce((sum, [, { body }]) => sum + (body?.byteLength ?? 0), 0),
      };
    },
    tidy: async (before) => void tidied.push(before),
    async read(attemptId) {
      const { body, ...entry } = entryOf(attemptId);
      return { entry, body };
    },
  };
}
