import { execFile } from 'node:child_process';
import { Failure } from '../../core/errors.ts';
import { childEnvironment } from '../child-environment.ts';
import { errno } from '../files/fs-errors.ts';

const LARGEST = 256 * 1024 * 1024;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Git {
  /** What git prints; null when it says no. Failure `usage` where there is no git. */
  run(...args: readonly string[]): Promise<Buffer | null>;
  /** The same, for a command that reads lines. */
  feed(lines: readonly string[], ...args: readonly string[]): Promise<Buffer | null>;
  /**
   * A file at a revision as a checkout would have it. A Git LFS pointer stays what it is: to ask its server is no business
   * of somebody who only looks.
   */
  content(revision: string, path: string): Promise<Buffer | null>;
}

/** Git in a folder; paths start there. */
export function gitIn(cwd: string, environment: Environment): Git {
  const options = {
    cwd,
    env: { ...childEnvironment(environment), GIT_LFS_SKIP_SMUDGE: '1', GIT_OPTIONAL_LOCKS: '0' },
    encoding: 'buffer',
    maxBuffer: LARGEST,
  } as const;
  const feed: Git['feed'] = (lines, ...args) =>
    new Promise((resolve, reject) => {
      const child = execFile('git', args, options, (error, stdout) => {
        if (!error) resolve(stdout);
        else if (errno(error) === 'ENOENT')
          reject(new Failure('usage', 'git is not installed.', { cause: error }));
        else resolve(null);
      });
      // Git may have said no before it read anything.
      child.stdin?.on('error', () => {}).end(lines.map((line) => `${line}\n`).join(''));
    });
  const run: Git['run'] = (...args) => feed([], ...args);
  return {
    run,
    feed,
    async content(revision, path) {
      const name = `${revision}:./${path}`;
      // A filter that is not installed here is no reason to know nothing.
      return (await run('cat-file', '--filters', name)) ?? run('cat-file', 'blob', name);
    },
  };
}
