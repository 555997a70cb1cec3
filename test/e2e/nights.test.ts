import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BIN, TIE, until } from '../../bench/process.mjs';
import { bucketAccess, bucketServer } from '../support/bucket-server.ts';
import { lacks } from '../support/lacks.ts';
import { tempDir } from '../support/tempdir.ts';
import { sandboxWith } from './place.ts';
import { ownLedger } from './team.ts';

// Plays GitHub's runner: a machine that is new every night does the steps of the workflows in docs/manifest.md and docs/teams.md.

const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
});
const Workflow = z.object({
  concurrency: z.string(),
  jobs: z.object({ pictures: z.object({ steps: z.array(Step) }) }),
});

async function recipe(name = 'manifest.md') {
  const page = await readFile(join(import.meta.dirname, '../../docs', name), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);
  const workflow: unknown = parse(blocks.find((text) => text.includes('cron')) ?? '');
  return Workflow.parse(workflow);
}

const MANIFEST = `defaults: { model: gemini-3.1-flash-lite-image }
images:
  - { id: cat, prompt: a cat }
  - { id: dog, prompt: a dog }
  - { id: owl, prompt: an owl }
`;

interface Night {
  /** Which night's cache is found; the latest, unless another one is named. */
  readonly cache?: number | null;
  /** Ends the run when this has come, as GitHub ends a job that was cancelled and does not stop. */
  readonly cancelled?: () => boolean;
  /** What is different in what the workflow runs. */
  readonly instead?: (command: string) => string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A repository on a server, its workflow, its caches, and the API. */
async function project(page?: string) {
  const root = await tempDir();
  const sandbox = await sandboxWith({ batchMs: 3_600_000 });
  const { steps } = (await recipe(page)).jobs.pictures;
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const tools = root.at('tools');
  await mkdir(tools);
  const pixtab = `'${process.execPath}' ${TIE.join(' ')} '${BIN}'`;
  for (const [name, script] of [
    ['npx', `shift; exec ${pixtab} "$@"`],
    ['npm', 'exit 0'],
  ] as const) {
    await writeFile(join(tools, name), `#!/usr/bin/env bash\n${script}\n`);
    await chmod(join(tools, name), 0o755);
  }
  git(root.path, 'init', '-q', '--bare', '-b', 'main', 'server');
  async function push(manifest: string): Promise<void> {
    const at = await tempDir();
    git(at.path, 'clone', '-q', root.at('server'), 'work');
    await writeFile(at.at('work', 'pixtab.yaml'), manifest);
    await writeFile(at.at('work', '.gitignore'), '.pixtab-trash\n');
    git(at.at('work'), 'add', '.');
    git(at.at('work'), 'commit', '-qm', 'Pictures');
    git(at.at('work'), 'push', '-q', 'origin', 'HEAD:main');
    await at[Symbol.asyncDispose]();
  }
  await push(MANIFEST);

  let nights = 0;
  const caches: string[] = [];

  async function night({
    cache = caches.length - 1,
    cancelled,
    instead = (text) => text,
    env = {},
  }: Night = {}) {
    const machine = root.at(`night-${(nights += 1)}`);
    const [work, home] = [join(machine, 'work'), join(machine, 'home')];
    await mkdir(machine);
    const failures: string[] = [];
    let said = '';
    const around = {
      HOME: machine,
      PATH: `${tools}:${process.env['PATH']}`,
      PIXTAB_HOME: home,
      PIXTAB_SANDBOX: '1',
      PIXTAB_BASE_URL: sandbox.url,
      ...env,
    };
    for (const { uses = '', run, if: always } of steps) {
      if (failures.length > 0 && always !== 'always()') continue;
      const saved = cache === null ? undefined : caches[cache];
      if (uses.startsWith('actions/checkout')) git(machine, 'clone', '-q', root.at('server'), 'work');
      if (uses.startsWith('actions/cache/restore') && saved !== undefined)
        await cp(saved, home, { recursive: true });
      if (uses.startsWith('actions/cache/save') && existsSync(home)) {
        const to = root.at(`cache-${nights}`);
        await cp(home, to, { recursive: true });
        caches.push(to);
      }
      if (run === undefined) continue;
      const child = spawn('bash', ['-e', '-c', instead(run)], {
        cwd: work,
        env: around,
        detached: true,
        // The last one ends what runs in it with this process.
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      child.stdout?.resume();
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
      if (cancelled && run.includes('apply')) await strike(child, cancelled);
      const [code] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
      if (code !== 0) failures.push(`${run} ended with ${code}: ${said}`);
    }
    return { failures, said, pictures: await pictures() };
  }

  /** Those that the server has. */
  async function pictures(): Promise<readonly string[]> {
    await using at = await tempDir();
    git(at.path, 'clone', '-q', root.at('server'), 'work');
    return (await readdir(at.at('work', 'images')).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
  }

  return {
    night,
    push,
    pictures,
    sandbox,
    /** What was ordered comes. */
    comes: () => sandbox.control.change({ batchMs: 0 }),
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await root[Symbol.asyncDispose]();
    },
  };
}

async function strike(child: ChildProcess, isTime: () => boolean): Promise<void> {
  await until('the moment to cancel has come', () => isTime() || child.exitCode !== null);
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
}

const ALL = ['cat.jpg', 'dog.jpg', 'owl.jpg'];
const nowInstead = (command: string): string => command.replace('--lane batch', '--concurrency 1');

describe.skipIf(lacks('git') || lacks('bash'))('the workflow of every night', () => {
  it('brings with each run what the one before ordered, and pays once', async () => {
    await using here = await project();
    expect(await here.night()).toMatchObject({ failures: [], pictures: [] });
    here.comes();
    expect(await here.night()).toMatchObject({ failures: [], pictures: ALL });
    expect(await here.night()).toMatchObject({ failures: [], pictures: ALL });
    expect(here.sandbox.meter().charged).toBe(3);
  });

  it('goes on after it was cancelled in the middle of a purchase: what was paid for comes, and nothing is bought again', async () => {
    await using here = await project();
    here.sandbox.control.change({ latencyMs: 300 });
    const cancelled = (): boolean => here.sandbox.meter().charged >= 2;
    const first = await here.night({ cancelled, instead: nowInstead });
    expect(first.failures).toHaveLength(1);
    await here.night({ instead: nowInstead });
    const third = await here.night({ instead: nowInstead });
    expect(here.sandbox.meter().charged).toBeLessThanOrEqual(3);
    // One that was just being sent may have been charged, so that somebody has to decide.
    expect(third.pictures.length).toBeGreaterThanOrEqual(2);
    expect(third.failures.join().includes('may have been charged')).toBe(third.pictures.length < 3);
  });

  it('orders nothing anew that was committed, although its cache is a day old', async () => {
    await using here = await project();
    await here.night();
    here.comes();
    await here.night();
    await here.push(`${MANIFEST}  - { id: fox, prompt: a fox }\n`);
    // The ledger of the first night believes that its job is still to come.
    const third = await here.night({ cache: 0 });
    expect(third.failures).toEqual([]);
    expect((await here.night()).pictures).toEqual([...ALL.slice(0, 2), 'fox.jpg', 'owl.jpg']);
    expect(here.sandbox.meter().charged).toBe(4);
  });

  it('orders once for two at the same time that share a disk', async () => {
    await using here = await project();
    here.comes();
    await using disk = await tempDir();
    const env = { PIXTAB_HOME: disk.at('home') };
    await Promise.all([here.night({ env, cache: null }), here.night({ env, cache: null })]);
    await here.night({ env, cache: null });
    expect(await here.pictures()).toEqual(ALL);
    expect(here.sandbox.meter().charged).toBe(3);
  });

  it('needs no key where nothing has to be bought, as in a fork, and says so where something has', async () => {
    await using here = await project();
    here.comes();
    await here.night({ instead: nowInstead });
    const fork = { PIXTAB_SANDBOX: '', PIXTAB_BASE_URL: '', GEMINI_API_KEY: '' };
    const frozen = (command: string): string =>
      command.replace(/apply --lane batch --max-cost 20/, 'apply --frozen');
    for (const instead of [frozen, (command: string) => command.replace(/apply .*/, 'plan')]) {
      const { failures } = await here.night({ env: { ...fork, PIXTAB_SANDBOX: '1' }, instead });
      expect(failures).toEqual([]);
    }
    await here.push(`${MANIFEST}  - { id: fox, prompt: a fox }\n`);
    const { failures } = await here.night({ env: fork });
    expect(failures.join()).toMatch(/There is no API key\./);
  });

  it('runs one at a time', async () => {
    for (const page of ['manifest.md', 'teams.md']) expect((await recipe(page)).concurrency).toBe('pictures');
  });

  it.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))(
    'needs no cache with a ledger at a server, nor the disk of a run that was cancelled with a journal in a bucket',
    async () => {
      await using bucket = await bucketServer();
      await using here = await project('teams.md');
      const env = { ...ownLedger(), ...bucketAccess(bucket), PIXTAB_JOURNAL: 's3://pictures/pixtab' };
      const first = await here.night({ env });
      expect(first).toMatchObject({ failures: [], pictures: [] });
      here.comes();
      expect(await here.night({ env })).toMatchObject({ failures: [], pictures: ALL });

      await here.push(`${MANIFEST}  - { id: fox, prompt: a fox }\n`);
      bucket.refusals.set('PUT', 'stalled');
      const cancelled = (): boolean => bucket.objects.size > 0;
      expect((await here.night({ env, cancelled, instead: nowInstead })).failures).toHaveLength(1);
      bucket.refusals.clear();
      const last = await here.night({ env, instead: nowInstead });
      expect(last.failures).toEqual([]);
      expect(last.pictures).toEqual([...ALL.slice(0, 2), 'fox.jpg', 'owl.jpg']);
      expect([here.sandbox.meter().charged, bucket.objects.size]).toEqual([4, 0]);
    },
  );
});
