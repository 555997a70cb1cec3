import { fileSize, printable } from '../core/text/text.ts';
import type { OnUpload, Terminal, Upload } from '../ports/index.ts';

/** Tells what leaves before the request does, and for how long. */
export const uploadNotes =
  (terminal: Pick<Terminal, 'note'>): OnUpload =>
  (upload) =>
    terminal.note(`upload ${printable(upload.name)} ${stateOf(upload)}`);

function stateOf({ bytes, isNew, arrived }: Upload): string {
  if (arrived === bytes) return 'is there, and the Files API still takes it in';
  if (arrived !== undefined) return `is on its way: ${fileSize(arrived)} of ${fileSize(bytes)}`;
  return isNew
    ? `(${fileSize(bytes)}) goes to the Files API, where it stays for 48 hours`
    : 'is at the Files API already';
}
