import { Failure } from '../../core/errors.ts';
import type { Original } from '../../ports/index.ts';
import { sha256 } from '../tree/disk.ts';

// How a store keeps a picture, wherever it is: a line about it, then its bytes.

const HASH = /^[0-9a-f]{64}$/;

/** Pictures are parted among folders, so that none of them has too many. */
export function folderOf(hash: string): string {
  if (!HASH.test(hash)) throw new Failure('bug', `Not a hash: ${JSON.stringify(hash)}.`);
  return hash.slice(0, 2);
}

interface Head extends Omit<Original, 'bytes'> {
  readonly sha256: string;
}

const LINE_FEED = 10;

export function headOf({ bytes, model, cost, date }: Original): Buffer {
  const head = { format: 'pixtab.original/1', sha256: sha256(bytes), model, cost, date };
  return Buffer.from(`${JSON.stringify(head)}\n`);
}

/** null unless every byte is as it was written. */
export function originalIn(content: Buffer): Original | null {
  const end = content.indexOf(LINE_FEED);
  const head = end === -1 ? null : headIn(content.subarray(0, end).toString('utf8'));
  if (head === null) return null;
  const bytes = content.subarray(end + 1);
  const { model, cost, date } = head;
  return sha256(bytes) === head.sha256 ? { bytes, model, cost, date } : null;
}

function headIn(line: string): Head | null {
  try {
    const head: Partial<Record<keyof Head, unknown>> = JSON.parse(line);
    const { sha256, model, cost, date } = head;
    const texts = [sha256, model, cost, date];
    if (!texts.every((text) => typeof text === 'string')) return null;
    return { sha256: String(sha256), model: String(model), cost: String(cost), date: String(date) };
  } catch {
    return null;
  }
}
