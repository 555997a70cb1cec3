import { createHash } from 'node:crypto';
import { FILE_KEPT_MS, JOB_NEEDS_MS } from '../../core/catalogue/input-limits.ts';
import type { Credentials, NewFile } from '../../ports/index.ts';

/** A file of the current slot lives long enough for everything. */
const SLOT_MS = FILE_KEPT_MS - JOB_NEEDS_MS;

/** Names to try: one may be taken by an upload that never ended, or by a file that the API has forgotten. */
const NAMES_A_SLOT = 4;

/** Where the same bytes may be at the Files API, by whichever process they were uploaded. */
export interface FileNames {
  /** Names for an upload now; a file that is found under the first is as young as any. */
  readonly now: readonly string[];
  /** Names of earlier uploads that may live so much longer, youngest first. */
  earlier(lastsMs: number): readonly string[];
}

/**
 * Whether a name is free again once its file is gone, Google does not say, so time is part of it. So is the key, in a
 * hash: projects that use the same picture are never in each other's way, and a name tells nothing.
 */
export function fileNamesOf(sha256: string, { sign }: Pick<Credentials, 'sign'>, now: number): FileNames {
  const slot = Math.floor(now / SLOT_MS);
  const nameOf = (slot: number, number: number): string =>
    `files/pixtab-${sign(`${sha256} ${slot} ${number}`).slice(0, 32)}`;
  return {
    now: Array.from({ length: NAMES_A_SLOT }, (_, number) => nameOf(slot, number)),
    earlier(lastsMs) {
      const names: string[] = [];
      for (let back = 1; (slot - back + 1) * SLOT_MS + FILE_KEPT_MS - now > lastsMs; back++) {
        names.push(nameOf(slot - back, 0));
      }
      return names;
    },
  };
}

/** Hexadecimal. */
export async function sha256Of({ read }: Pick<NewFile, 'read'>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of read()) hash.update(chunk);
  return hash.digest('hex');
}

/** Whether the API's own hash is this one: base64 of the digest, or of its hexadecimal digits. */
export function isHash(stated: string, sha256: string): boolean {
  const bytes = Buffer.from(stated, 'base64');
  return bytes.toString('hex') === sha256 || bytes.toString('latin1').toLowerCase() === sha256;
}
