import { stat } from 'node:fs/promises';
import { Failure } from '../../core/errors.ts';
import { atomicWriter } from './atomic-write.ts';
import { trouble } from './fs-errors.ts';

/** Writes a text file whole, with the rights of the one before it. False where a new one finds its name taken. */
export async function writeText(
  path: string,
  text: string,
  { isNew }: { readonly isNew: boolean },
): Promise<boolean> {
  try {
    const before = isNew ? null : await stat(path);
    const writer = atomicWriter(before ? { fileMode: before.mode & 0o777 } : {});
    const parts = [Buffer.from(text)];
    if (!isNew) {
      await writer.write(path, parts);
      return true;
    }
    return await writer.withDraft(path, async (draft) => {
      await writer.fill(draft, parts);
      const isClaimed = await writer.claim(draft, path);
      if (!isClaimed) await writer.discard(draft);
      return isClaimed;
    });
  } catch (cause) {
    const { why, remedy } = trouble(cause);
    throw new Failure('disk', `${path} cannot be written: ${why}.`, { hint: remedy, charged: 'no', cause });
  }
}
