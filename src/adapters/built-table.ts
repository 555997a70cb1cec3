import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletionTable } from '../core/completion/table.ts';

/** What the build wrote down beside the program for completion; null where it did not, as in the source. */
export function builtTable(): CompletionTable | null {
  try {
    // The build and this program are of one release.
    const table: CompletionTable = JSON.parse(
      readFileSync(join(import.meta.dirname, 'completion.json'), 'utf8'),
    );
    return table;
  } catch {
    return null;
  }
}
