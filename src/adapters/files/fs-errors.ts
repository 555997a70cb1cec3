/** Why a file operation failed, in words, and what would be right. */
interface Trouble {
  readonly why: string;
  readonly remedy: string;
}

const ELSEWHERE = 'Choose another place with -o.';

const TROUBLES: Readonly<Record<string, Trouble>> = {
  EACCES: {
    why: 'permission is denied',
    remedy: 'Change the permissions of the folder, or choose another place with -o.',
  },
  EPERM: { why: 'the system does not permit it', remedy: ELSEWHERE },
  EROFS: { why: 'the file system is read-only', remedy: ELSEWHERE },
  ENOSPC: { why: 'the disk is full', remedy: 'Make room, or choose another place with -o.' },
  EDQUOT: { why: 'the disk quota is used up', remedy: 'Make room, or choose another place with -o.' },
  ENOTDIR: { why: 'a file is in the place of a folder', remedy: ELSEWHERE },
  EEXIST: { why: 'a file is in the place of a folder', remedy: ELSEWHERE },
  EISDIR: { why: 'a folder is in its place', remedy: 'End -o in a separator to write into that folder.' },
  ENOENT: { why: 'there is no such file', remedy: 'Check the path.' },
  ENAMETOOLONG: { why: 'the name is too long for the file system', remedy: 'Choose a shorter name with -o.' },
  ELOOP: { why: 'its links lead in a circle', remedy: ELSEWHERE },
  EIO: { why: 'the disk reports an error', remedy: ELSEWHERE },
  EMFILE: {
    why: 'too many files are open',
    remedy: 'Lower --concurrency, or raise the limit of open files.',
  },
  ENFILE: {
    why: 'too many files are open',
    remedy: 'Lower --concurrency, or raise the limit of open files.',
  },
};

/** "ENOSPC" and the like; empty for anything that is no system error. */
export function errno(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function trouble(error: unknown): Trouble {
  const said = error instanceof Error ? error.message : String(error);
  return TROUBLES[errno(error)] ?? { why: said, remedy: ELSEWHERE };
}
