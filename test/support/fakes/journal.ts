import { Failure } from '../../../src/core/errors.ts';
import type { AttemptPlan, Journal, JournalEntry } from '../../../src/ports.ts';

export interface FakeJournal extends Journal {
  /** Answers by attempt; tests put in and take out as they like. */
  readonly answers: Map<string, FakeAnswer>;
  /** Makes the next `keep` fail like a full disk. */
  failOnce(): void;
}

export interface FakeAnswer {
  readonly attempt: AttemptPlan | null;
  readonly body: Uint8Array | null;
  readonly status: JournalEntry['status'];
}

export function fakeJournal(): FakeJournal {
  const answers = new Map<string, FakeAnswer>();
  let isFull = false;

  function entryOf(attemptId: string): JournalEntry & { readonly body: Uint8Array | null } {
    const answer = answers.get(attemptId);
    if (answer === undefined) throw new Failure('disk', `The kept answer ${attemptId} could not be read.`);
    const { status, attempt, body } = answer;
    const problem = status === 'ok' ? null : `it is ${status}`;
    return { attemptId, path: `/journal/${attemptId}.answer`, status, problem, attempt, body };
  }

  return {
    answers,
    failOnce() {
      isFull = true;
    },
    async keep(attempt, body) {
      if (isFull) {
        isFull = false;
        throw new Failure('disk', 'The answer to a paid request could not be kept: no space left.');
      }
      answers.set(attempt.attemptId, { attempt, body, status: 'ok' });
    },
    async remove(attemptId) {
      answers.delete(attemptId);
    },
    ids: async () => [...answers.keys()].toSorted(),
    list: async () =>
      [...answers.keys()].toSorted().map((attemptId) => {
        const { body: _, ...entry } = entryOf(attemptId);
        return entry;
      }),
    async read(attemptId) {
      const { body, ...entry } = entryOf(attemptId);
      return { entry, body };
    },
  };
}
