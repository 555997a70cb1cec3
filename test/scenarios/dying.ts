import type { Books } from '../../src/ports/index.ts';

/** A process that is killed as soon as an answer is in its journal, or when it hears that there is none. */
export interface Dying {
  readonly death: Promise<void>;
  readonly around: (books: Books) => Books;
}

export function dying(): Dying {
  let die = (): void => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  const never = new Promise<never>(() => {});
  const last = async (): Promise<never> => {
    die();
    return never;
  };
  return {
    death,
    around: ({ ledger, journal }) => ({
      ledger: { ...ledger, settle: last, unsent: last, release: last, unconfirm: last },
      journal: {
        ...journal,
        async keep(attempt, body) {
          await journal.keep(attempt, body);
          return last();
        },
      },
    }),
  };
}
