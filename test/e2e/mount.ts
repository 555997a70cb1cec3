import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

interface Disk extends Disposable {
  readonly path: string;
  /** Takes all of its space, or nearly. */
  occupy(freeBytes?: number): void;
  empty(): void;
}

/** A small file system of its own; takes the rights to mount one. */
export function disk(path: string, size: string): Disk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'pixtab', path], { stdio: 'ignore' });
  const ballast = join(path, 'ballast');
  return {
    path,
    occupy(freeBytes = 0) {
      execFileSync('sh', ['-c', `cat /dev/zero > ${ballast} || true`], { stdio: 'ignore' });
      truncateSync(ballast, statSync(ballast).size - freeBytes);
    },
    empty: () => rmSync(ballast),
    [Symbol.dispose]: () => void execFileSync('umount', ['-l', path]),
  };
}
