import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * File systems of other machines, by the number that Linux has for them: what SQLite keeps in memory beside a ledger is
 * not shared through them, and their locks are not to be relied on. https://www.sqlite.org/wal.html and
 * https://man7.org/linux/man-pages/man2/statfs.2.html, checked 2026-11-27
 */
const BY_NUMBER: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

type StatFs = (path: string) => Promise<{ readonly type: number }>;

/** Which network file system a path is on, or will be; null where it is on none, or where nobody can say. */
export async function networkFileSystem(path: string, stat: StatFs = statfs): Promise<string | null> {
  // Other systems number their file systems as they please.
  if (process.platform !== 'linux') return null;
  for (let at = path; ; at = dirname(at)) {
    try {
      const { type } = await stat(at);
      // A signed number on some machines.
      return BY_NUMBER.get(type >>> 0) ?? null;
    } catch {
      if (dirname(at) === at) return null;
    }
  }
}
