import * as nodeFs from 'node:fs/promises';
import { chmod, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDraft } from '../../../src/adapters/files/atomic-write.ts';
import { journal } from '../../../src/adapters/journal/journal.ts';
import type { JournalFs } from '../../../src/adapters/journal/journal.ts';
import { nano } from '../../../src/core/pricing/money.ts';
import { faultyFs } from '../../support/faulty-fs.ts';
import { aPlan, theirTerms } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

const BODY = new TextEncoder().encode('{"candidates":[]}\n{"not":"a line of ours"}\n\0\u00ff');

const draft = (digit: string): string => `.pixtab-${digit.repeat(8)}-0000-4000-8000-000000000000.tmp`;

describe('the journal', () => {
  it('gives an answer back byte by byte, with all that is needed to finish it', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.at('journal'));
    const plan = aPlan({
      aspect: null,
      terms: theirTerms(),
      save: { ...aPlan().save, format: 'webp', quality: 80 },
    });
    await answers.keep(plan, BODY);
    const { entry, body } = await answers.read('attempt-1');
    expect(entry).toEqual({
      attemptId: 'attempt-1',
      path: folder.at('journal', 'attempt-1.answer'),
      status: 'ok',
      problem: null,
      attempt: plan,
    });
    expect(Buffer.from(body ?? []).equals(BODY)).toBe(true);
  });

  it('proves that there is room, and leaves nothing behind', async () => {
    await using folder = await tempDir();
    await journal(folder.at('journal')).prove(3_000_000);
    expect(await readdir(folder.at('journal'))).toEqual([]);
  });

  it('says which folder has no room, and leaves nothing behind', async () => {
    await using folder = await tempDir();
    let written = 0;
    const open: JournalFs['open'] = async (path, flags, mode) => {
      const file = await nodeFs.open(path, flags, mode);
      return {
        sync: () => file.sync(),
        close: () => file.close(),
        async writeFile(bytes) {
          written += bytes.byteLength;
          if (written > 2_000_000) throw new Error('no space left');
          await file.writeFile(bytes);
        },
      };
    };
    const small = journal(folder.path, { ...nodeFs, open });
    await expect(small.prove(4_194_304)).rejects.toMatchObject({
      kind: 'usage',
      charged: 'no',
      message: expect.stringMatching(new RegExp(`${basename(folder.path)}.*4 MiB.*no space left`)),
      hint: expect.stringContaining('PIXTAB_HOME'),
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('keeps any body and any amount exactly', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.path);
    const amounts = fc.bigInt({ min: 0n, max: 2n ** 62n }).map(nano);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        amounts,
        fc.string(),
        async (body, high, prompt) => {
          const plan = aPlan({ high, prompt });
          await answers.keep(plan, body);
          const kept = await answers.read(plan.attemptId);
          expect(kept.entry.attempt).toEqual(plan);
          expect(Buffer.from(kept.body ?? []).equals(body)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.skipIf(lacks('files as POSIX has them'))('is for its owner alone', async () => {
    await using folder = await tempDir();
    await journal(folder.at('journal')).keep(aPlan(), BODY);
    expect((await stat(folder.at('journal'))).mode & 0o777).toBe(0o700);
    expect((await stat(folder.at('journal', 'attempt-1.answer'))).mode & 0o777).toBe(0o600);
  });

  it('is empty before anything was kept, and after it was removed', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.at('journal'));
    expect([await answers.list(), await answers.ids(), answers.has('attempt-1')]).toEqual([[], [], false]);
    await answers.keep(aPlan(), BODY);
    expect([await answers.ids(), answers.has('attempt-1')]).toEqual([['attempt-1'], true]);
    await answers.remove('attempt-1');
    await answers.remove('attempt-1');
    expect([await answers.list(), answers.has('attempt-1')]).toEqual([[], false]);
  });

  it('lists its answers and looks at nothing else', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.path);
    await answers.keep(aPlan({ attemptId: 'b' }), BODY);
    await answers.keep(aPlan({ attemptId: 'a' }), BODY);
    await writeFile(folder.at(draft('1')), 'half of it');
    await writeFile(folder.at('notes.txt'), 'mine');
    expect((await answers.list()).map(({ attemptId, status }) => [attemptId, status])).toEqual([
      ['a', 'ok'],
      ['b', 'ok'],
    ]);
  });

  it.skipIf(lacks('files as POSIX has them'))(
    'keeps an answer for good where it is unfinished business no more',
    async () => {
      await using folder = await tempDir();
      const answers = journal(folder.path);
      await answers.keep(aPlan(), BODY);
      const path = await answers.setAside('attempt-1');
      expect(path).toBe(folder.at('kept', 'attempt-1.answer'));
      expect([await answers.ids(), answers.has('attempt-1')]).toEqual([[], false]);
      expect(await answers.aside()).toMatchObject([{ attemptId: 'attempt-1', path, status: 'ok' }]);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await stat(folder.at('kept'))).mode & 0o777).toBe(0o700);
      await expect(answers.setAside('attempt-1')).rejects.toMatchObject({ kind: 'disk', charged: 'no' });
      expect(await answers.aside()).toHaveLength(1);
    },
  );

  it('forgets answers that were kept for good before a moment, and no other', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.path);
    for (const attemptId of ['old', 'young', 'waiting']) await answers.keep(aPlan({ attemptId }), BODY);
    for (const attemptId of ['old', 'young']) await answers.setAside(attemptId);
    for (const path of [folder.at('kept', 'old.answer'), folder.at('waiting.answer')])
      await utimes(path, 1, 1);
    const { size } = await stat(folder.at('kept', 'old.answer'));
    for (const look of [true, false])
      expect(await answers.forget(2_000, { look })).toEqual({ answers: 1, bytes: size });
    expect(await answers.forget(2_000, { look: true })).toEqual({ answers: 0, bytes: 0 });
    expect((await answers.aside()).map(({ attemptId }) => attemptId)).toEqual(['young']);
    expect(await answers.ids()).toEqual(['waiting']);
  });

  it.skipIf(lacks('files as POSIX has them'))(
    'flushes an answer before it has its name, then its folder',
    async () => {
      await using folder = await tempDir();
      const { fs, calls, flushed } = faultyFs(() => null);
      await journal(folder.path, fs).keep(aPlan(), BODY);
      expect(calls.indexOf('file.sync')).toBeLessThan(calls.indexOf('rename'));
      expect(flushed).toEqual([expect.stringMatching(/\.tmp$/), folder.path]);
    },
  );

  it.skipIf(lacks('files as POSIX has them'))(
    'flushes the folder of answers that are kept for good, and the one that they leave',
    async () => {
      await using folder = await tempDir();
      await journal(folder.path).keep(aPlan(), BODY);
      const { fs, flushed } = faultyFs(() => null);
      await journal(folder.path, fs).setAside('attempt-1');
      // First its own parent, because it is new.
      expect(flushed).toEqual([folder.path, folder.at('kept'), folder.path]);
    },
  );

  it.each(['EINVAL', 'ENOTSUP', 'EPERM'])(
    'keeps an answer where a folder answers %s when it is to be flushed',
    async (code) => {
      await using folder = await tempDir();
      const { fs } = faultyFs((call, _, path) =>
        call === 'file.sync' && path === folder.path ? code : null,
      );
      expect((await journal(folder.path, fs).keep(aPlan(), BODY)).status).toBe('ok');
      expect(await journal(folder.path, fs).setAside('attempt-1')).toBe(
        folder.at('kept', 'attempt-1.answer'),
      );
    },
  );

  it('tidies up half-written drafts that are old, and nothing else', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.path);
    const files = [draft('1'), draft('2'), 'c.answer', 'd.tmp'];
    for (const name of files) {
      await writeFile(folder.at(name), 'half of it');
      await utimes(folder.at(name), 1000, name === draft('2') ? 3000 : 1000);
    }
    await answers.tidy(2_000_000);
    expect((await readdir(folder.path)).toSorted()).toEqual(files.slice(1));
    await journal(folder.at('nowhere')).tidy(2_000_000);
  });

  it.each(['../../etc/passwd', 'a/b', '', '.', 'a b'])('takes %j for no id', async (attemptId) => {
    await using folder = await tempDir();
    await expect(journal(folder.path).keep(aPlan({ attemptId }), BODY)).rejects.toMatchObject({
      kind: 'bug',
    });
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('an answer that is damaged', () => {
  const damage: readonly (readonly [string, (path: string) => Promise<void>, string, string, boolean])[] = [
    [
      'cut in its body',
      async (path) => truncate(path, (await readFile(path)).length - 1),
      'truncated',
      `only ${BODY.length - 1} of its ${BODY.length} bytes`,
      true,
    ],
    ['cut in its head', (path) => truncate(path, 50), 'truncated', 'before the answer begins', false],
    ['empty', (path) => truncate(path, 0), 'truncated', 'before the answer begins', false],
    [
      'longer',
      async (path) => writeFile(path, Buffer.concat([await readFile(path), BODY])),
      'corrupt',
      'not those that were written',
      true,
    ],
    [
      'flipped in one bit',
      async (path) => writeFile(path, flipped(await readFile(path))),
      'corrupt',
      'not those that were written',
      true,
    ],
    [
      'not ours',
      (path) => writeFile(path, '{"schema":"else/1"}\nbody'),
      'corrupt',
      'whose answer it is',
      false,
    ],
    ['no JSON', (path) => writeFile(path, 'hello\nworld'), 'corrupt', 'whose answer it is', false],
  ];
  it.each(damage)(
    'because it is %s is said to be, and has no body',
    async (_what, harm, status, problem, knowsPlan) => {
      await using folder = await tempDir();
      const answers = journal(folder.path);
      await answers.keep(aPlan(), BODY);
      await harm(folder.at('attempt-1.answer'));
      const { entry, body } = await answers.read('attempt-1');
      expect(entry).toMatchObject({ status, problem: expect.stringContaining(problem) });
      expect([entry.attempt !== null, body]).toEqual([knowsPlan, null]);
      expect(await answers.list()).toEqual([entry]);
    },
  );

  it('because it was renamed is not taken for another attempt’s', async () => {
    await using folder = await tempDir();
    const answers = journal(folder.path);
    await answers.keep(aPlan(), BODY);
    await nodeFs.rename(folder.at('attempt-1.answer'), folder.at('attempt-2.answer'));
    expect((await answers.read('attempt-2')).entry).toMatchObject({ status: 'corrupt', attempt: null });
  });
});

describe('a disk that fails', () => {
  const steps = [
    'mkdir',
    'open',
    'writeFile 1',
    'writeFile 2',
    'sync',
    'close',
    'rename',
    'open folder',
    'sync folder',
  ];
  it.each(steps)(
    'at %s makes keep fail with the path in its message, and leaves no half answer',
    async (step) => {
      await using folder = await tempDir();
      const path = folder.at('journal');
      const answers = journal(path, failingAt(step));
      await expect(answers.keep(aPlan(), BODY)).rejects.toMatchObject({
        kind: 'disk',
        charged: 'yes',
        message: expect.stringMatching(/attempt-1\.answer: ENOSPC/),
      });
      const left = await readdir(path).catch(() => []);
      expect(left.filter((name) => isDraft(name))).toEqual([]);
      // What is under its name is whole: only the flush of the folder was missing.
      const statuses = (await journal(path).list()).map(({ status }) => status);
      expect(statuses).toEqual(left.length > 0 ? ['ok'] : []);
    },
  );

  it('keeps the earlier answer whole when it is kept again and fails', async () => {
    await using folder = await tempDir();
    await journal(folder.path).keep(aPlan(), BODY);
    await expect(journal(folder.path, failingAt('sync')).keep(aPlan(), BODY.slice(3))).rejects.toThrow(
      'ENOSPC',
    );
    expect((await journal(folder.path).read('attempt-1')).entry.status).toBe('ok');
  });

  it.skipIf(lacks('files as POSIX has them') || lacks('a user who is not root'))(
    'or a folder that is closed to us is said to be unreadable',
    async () => {
      await using folder = await tempDir();
      await chmod(folder.path, 0);
      await expect(journal(folder.path).list()).rejects.toMatchObject({ kind: 'disk' });
      await chmod(folder.path, 0o700);
    },
  );
});

function flipped(bytes: Buffer): Buffer {
  const at = bytes.length - 5;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
  return bytes;
}

/** A file system that is full at one of the journal's steps. */
function failingAt(step: string): JournalFs {
  const failing = async <T>(name: string, work: () => Promise<T>): Promise<T> =>
    name === step ? full() : work();
  return {
    ...nodeFs,
    mkdir: (path, options) => failing('mkdir', () => nodeFs.mkdir(path, options)),
    rename: (from, to) => failing('rename', () => nodeFs.rename(from, to)),
    async open(path, flags, mode) {
      const place = flags === 'r' ? ' folder' : '';
      const file = await failing(`open${place}`, () => nodeFs.open(path, flags, mode));
      let writes = 0;
      return {
        writeFile: (bytes) => failing(`writeFile ${(writes += 1)}`, () => file.writeFile(bytes)),
        sync: () => failing(`sync${place}`, () => file.sync()),
        async close() {
          await file.close();
          await failing(`close${place}`, async () => {});
        },
      };
    },
  };
}

function full(): never {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}
