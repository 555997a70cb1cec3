import { join } from 'node:path';
import { isDraft } from './atomic-write.ts';

export interface TidyFs {
  readdir(folder: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly mtimeMs: number }>;
  unlink(path: string): Promise<void>;
}

/** Removes the drafts in a folder that are older than a moment: whoever wrote them is long dead. */
export async function tidy(folder: string, before: number, fs: TidyFs): Promise<number> {
  let removed = 0;
  for (const name of (await namesIn(folder, fs)).filter(isDraft)) {
    const draft = join(folder, name);
    try {
      if ((await fs.stat(draft)).mtimeMs >= before) continue;
      await fs.unlink(draft);
      removed += 1;
    } catch {
      // Another process removed it first, or nobody may remove it. That costs a little space and no money.
    }
  }
  return removed;
}

/** Empty where the folder cannot be read. */
export const namesIn = (folder: string, fs: Pick<TidyFs, 'readdir'>): Promise<readonly string[]> =>
  fs.readdir(folder).catch(() => []);
