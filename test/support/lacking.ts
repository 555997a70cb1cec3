import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { hasCluster } from '../../bench/cluster.mjs';
import { CHROMIUM } from './chromium.ts';

/** What some tests need beside Node, and how to find out whether it is there. */
const NEEDS = {
  git: () => runs('git', '--version'),
  bash: () => runs('bash', '--version'),
  fish: () => runs('fish', '--version'),
  zsh: () => runs('zsh', '--version'),
  dash: () => runs('dash', '-c', 'true'),
  npm: () => runs('sh', '-c', 'command -v npm npx'),
  "Python's pty": () => runs('python3', '-c', 'import os, pty; pty.openpty(); os.waitstatus_to_exitcode'),
  curl: () => runs('curl', '--version'),
  faketime: () => runs('faketime', '2028-02-29 12:00:00', 'true'),
  mkfifo: () => inFolder((folder) => runs('mkfifo', join(folder, 'pipe'))),
  'a secret service to start (dbus-run-session, gnome-keyring-daemon)': () =>
    runs('sh', '-c', 'command -v dbus-run-session && command -v gnome-keyring-daemon'),
  Chromium: () => CHROMIUM !== undefined,
  'the right to mount a file system': () =>
    inFolder(
      (folder) => runs('mount', '-t', 'tmpfs', '-o', 'size=4k', 'pixtab', folder) && runs('umount', folder),
    ),
  'a C compiler on Linux': () => process.platform === 'linux' && runs('cc', '--version'),
  'a server of S3': () => (process.env['PIXTAB_TEST_S3'] ?? '') !== '',
  // .ci/run names one. Without it, the ledger at a server is tried inside the process, one connection at a time.
  'a PostgreSQL server in PIXTAB_TEST_POSTGRES': () => Boolean(process.env['PIXTAB_TEST_POSTGRES']),
  "PostgreSQL's own programs (Debian's package)": hasCluster,
  // Permissions, links, folders that are flushed, open files that can be removed.
  'files as POSIX has them': () => process.platform !== 'win32',
  'a user who is not root': () => process.getuid?.() !== 0,
} as const satisfies Readonly<Record<string, () => boolean>>;

export type Need = keyof typeof NEEDS;

declare module 'vitest' {
  interface ProvidedContext {
    readonly lacking: readonly Need[];
  }
}

/** Asks the machine once, before all tests. */
export function setup(project: TestProject): void {
  const needs = Object.entries(NEEDS) as readonly [Need, () => boolean][];
  project.provide(
    'lacking',
    needs.filter(([, isThere]) => !isThere()).map(([need]) => need),
  );
}

function runs(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function inFolder(look: (folder: string) => boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'pixtab-test-'));
  try {
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
