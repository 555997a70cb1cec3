import { join } from 'node:path';

/** Where the books of one kind of money are: real and sandbox books never meet. */
export const folderOf = (sandbox: boolean, folder: string): string =>
  sandbox ? join(folder, 'sandbox') : folder;

export const LEDGER = 'ledger.db';
