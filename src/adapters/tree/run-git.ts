import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { Failure } from '../../core/errors.ts';
import { childEnvironment, NOBODYS_FOLDER } from '../child-environment.ts';
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

/**
 * Git in a folder; paths start there. The repository may be a stranger's, and its configuration names programs: none of them
 * runs, and nothing is fetched.
 */
export function gitIn(folder: string, environment: Environment): Git {
  const options = {
    cwd: NOBODYS_FOLDER,
    env: {
      ...childEnvironment(environment),
      GIT_LFS_SKIP_SMUDGE: '1',
      GIT_OPTIONAL_LOCKS: '0',
      // A partial clone would fetch what it lacks, through whatever its configuration names; older ones ask by protocol.
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
    },
    encoding: 'buffer',
    maxBuffer: LARGEST,
  } as const;
  const start = (
    lines: readonly string[],
    args: readonly string[],
    settings: Environment = {},
  ): Promise<Buffer | null> =>
    new Promise((resolve, reject) => {
      const all = ['-C', folder, ...HARMLESS, ...args];
      const env = { ...options.env, ...settings };
      const child = execFile('git', all, { ...options, env }, (error, stdout) => {
        if (!error) resolve(stdout);
        else if (errno(error) === 'ENOENT')
          reject(new Failure('usage', 'git is not installed.', { cause: error }));
        else resolve(null);
      });
      // Git may have said no before it read anything.
      child.stdin?.on('error', () => {}).end(lines.map((line) => `${line}\n`).join(''));
    });
  const run: Git['run'] = (...args) => start([], args);
  let filters: Promise<Environment | null> | null = null;
  return {
    run,
    feed: (lines, ...args) => start(lines, args),
    async content(revision, path) {
      const name = `${revision}:./${path}`;
      const settings = await (filters ??= withoutOwnFilters(run, environment));
      const filtered = settings && (await start([], ['cat-file', '--filters', name], settings));
      // A filter that is not installed here is no reason to know nothing.
      return filtered ?? run('cat-file', 'blob', name);
    },
  };
}

/** What would run programs although pixtab only looks. */
const HARMLESS = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'log.showSignature=false'].flatMap(
  (setting) => ['-c', setting],
);

/**
 * Settings that take the filters of the repository's own configuration away, and leave the user's. null where git cannot say
 * which is which.
 */
async function withoutOwnFilters(
  run: Git['run'],
  { GIT_CONFIG_COUNT = '0' }: Environment,
): Promise<Environment | null> {
  // The version of its format is in every repository, so that an answer without filters is an answer.
  const names = /^filter\.|^core\.repositoryformatversion$/.source;
  const found = await run('config', '--show-scope', '--null', '--name-only', '--get-regexp', names);
  if (found === null) return null;
  const words = found.toString('utf8').split('\0');
  const own = words.filter(
    (name, at) => at % 2 === 1 && name.startsWith('filter.') && !USERS.has(words[at - 1] ?? ''),
  );
  const drivers = new Set(own.map((name) => name.slice('filter.'.length, name.lastIndexOf('.'))));
  const settings = [...drivers].flatMap((driver) =>
    ['smudge', 'process'].map((way) => `filter.${driver}.${way}`),
  );
  const before = Number(GIT_CONFIG_COUNT) || 0;
  return {
    GIT_CONFIG_COUNT: String(before + settings.length),
    ...Object.fromEntries(
      settings.flatMap((name, at) => [
        [`GIT_CONFIG_KEY_${before + at}`, name],
        [`GIT_CONFIG_VALUE_${before + at}`, ''],
      ]),
    ),
  };
}

/** Scopes that no repository can write to. */
const USERS = new Set(['system', 'global', 'command']);
