import type { Books, Deps, Settings } from '../../ports/index.ts';

/** Opens the books and closes them again, whatever happens in between. */
export async function withBooks<T>(
  settings: Settings,
  deps: Pick<Deps, 'books'>,
  work: (books: Books) => Promise<T>,
): Promise<T> {
  const books = await deps.books(settings);
  try {
    return await work(books);
  } finally {
    await books.ledger.close();
  }
}
