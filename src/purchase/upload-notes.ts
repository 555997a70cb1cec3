import { fileSize, printable } from '../core/text/text.ts';
import type { OnUpload, Terminal } from '../ports/index.ts';

/** Tells what leaves before the request does, and for how long. */
export const uploadNotes =
  (terminal: Pick<Terminal, 'note'>): OnUpload =>
  ({ name, bytes, isNew }) =>
    terminal.note(
      isNew
        ? `upload ${printable(name)} (${fileSize(bytes)}) goes to the Files API, where it stays for 48 hours`
        : `upload ${printable(name)} is at the Files API already`,
    );
