import { createHash } from 'node:crypto';
import { FILE_KEPT_MS, JOB_NEEDS_MS } from '../../core/catalogue/input-limits.ts';
import type { Credentials, NewFile } from '../../ports/index.ts';

/** A name goes into an address, so it has nothing that would lead elsewhere. */
export const FILE_NAME = /^files\/[\w-]{1,128}$/;

/** A file that is uploaded in the current slot of time lives long enough for everything. */
const SLOT_MS = FILE_KEPT_MS - JOB_NEEDS_MS;

/** How many names to try: an upload that never ended, or a file that the API has forgotten, may hold one. */
const NAMES_A_SLOT = 4;

/** The names under which the same bytes may be at the Files API, whichever process uploaded them. */
export interface FileNames {
  /** Names for an upload now. A file under the first of them is as young as any. */
  readonly now: readonly string[];
  /** Names of earlier uploads that may live for that long from now, youngest first. */
  earlier(lastsMs: number): readonly string[];
}

/**
 * Google does not say whether a name is free again once its file is gone, so the time is part of a name. The key signs
 * it: projects that use the same picture never collide, and a name tells nothing about the picture.
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

/** The hash of a file, in hexadecimal digits. */
export async function sha256Of({ read }: Pick<NewFile, 'read'>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of read()) hash.update(chunk);
  return hash.digest('hex');
}

/** Whether the API states this hash: it writes base64 of the digest, or of the digest's hexadecimal digits. */
export function isHash(stated: string, sha256: string): boolean {
  const bytes = Buffer.from(stated, 'base64');
  return bytes.toString('hex') === sha256 || bytes.toString('latin1').toLowerCase() === sha256;
}
