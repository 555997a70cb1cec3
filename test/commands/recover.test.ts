import { describe, expect, it } from 'vitest';
import { usd } from '../../src/core/money.ts';
import { refusalAnswer } from '../support/answers.ts';
import { aPicture, world } from '../support/fakes/deps.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal, type FakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger, type FakeStore } from '../support/fakes/ledger.ts';
import { fakeShelf } from '../support/fakes/shelf.ts';

/** A world in which one picture was bought and the disk was full when it should have been written. */
async function interrupted(script: Parameters<typeof world>[0] = {}) {
  const shelf = fakeShelf();
  const all = world({ ...script, deps: { shelf: async () => shelf } });
  shelf.breaks('put', 'no space left');
  const ran = await all.pixtab('a cat', '-o', 'cat.jpg');
  shelf.breaks('put', null);
  const state = (): string | undefined => [...all.store.attempts.values()][0]?.state;
  const settled = (): bigint | undefined => [...all.store.attempts.values()][0]?.bill?.amount;
  return { ...all, shelf, ran, state, settled };
}

describe('recover', () => {
  it('puts what was paid for where it should have been, sends nothing, and forgets the raw answer', async () => {
    const { ran, pixtab, shelf, api, journal, state } = await interrupted();
    expect([ran.code, journal.answers.size]).toEqual([11, 1]);
    const again = await pixtab('recover');
    expect(again).toMatchObject({ code: 0, stdout: 'cat.jpg' });
    expect([...shelf.files.keys()]).toEqual(['cat.jpg']);
    expect([api.sent.length, journal.answers.size, state()]).toEqual([1, 0, 'saved']);
  });

  it('does nothing the second time', async () => {
    const { pixtab, shelf, settled } = await interrupted();
    await pixtab('recover');
    const bill = settled();
    const again = await pixtab('recover');
    expect(again).toMatchObject({ code: 0, stdout: '', stderr: 'There is nothing to recover.' });
    expect([shelf.files.size, settled()]).toEqual([1, bill]);
  });

  it('books the bill when the crash came before it, at the prices of the day it was bought', async () => {
    const { pixtab, store, clock, settled, state } = await interrupted();
    const [attempt] = store.attempts.values();
    const bill = settled();
    Object.assign(attempt ?? {}, { state: 'replied', bill: null });
    clock.advance(400 * 86_400_000);
    const { code, stderr } = await pixtab('recover');
    expect([code, state(), settled()]).toEqual([0, 'saved', bill]);
    expect(stderr).toContain('booked $0.03');
  });

  it('settles what was counted as unconfirmed once its answer is found', async () => {
    const { pixtab, store, state } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'unconfirmed', bill: null });
    expect([(await pixtab('recover')).code, state()]).toEqual([0, 'saved']);
  });

  it('does not write a picture twice that was on disk when the crash came', async () => {
    const { pixtab, shelf, journal, store } = await interrupted();
    const kept = [...journal.answers];
    await pixtab('recover');
    // As if killed between the file and the ledger.
    for (const [id, answer] of kept) journal.answers.set(id, answer);
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'settled' });
    expect((await pixtab('recover')).stdout).toBe('cat.jpg');
    expect([...shelf.files.keys()]).toEqual(['cat.jpg']);
  });

  it('only forgets the raw answer when all else was done', async () => {
    const { pixtab, shelf, journal } = await interrupted();
    const kept = [...journal.answers];
    await pixtab('recover');
    for (const [id, answer] of kept) journal.answers.set(id, answer);
    const again = await pixtab('recover');
    expect([again.code, again.stdout, journal.answers.size, shelf.files.size]).toEqual([0, '', 0, 1]);
  });

  it('takes another folder with --out', async () => {
    const { pixtab, shelf } = await interrupted();
    await pixtab('recover', '--out', 'rescued/');
    expect([...shelf.files.keys()]).toEqual(['/work/rescued/cat.jpg']);
  });

  it('exits 11 and keeps the answer while the disk is still full', async () => {
    const { pixtab, shelf, journal, state } = await interrupted();
    shelf.breaks('put', 'no space left');
    const { code, stderr } = await pixtab('recover');
    expect([code, journal.answers.size, state()]).toEqual([11, 1, 'settled']);
    expect(stderr).toContain('no space left');
  });

  it.each(['truncated', 'corrupt'] as const)(
    'invents nothing from an answer that is %s, and counts it',
    async (status) => {
      const { pixtab, shelf, journal, store, state } = await interrupted();
      const [attempt] = store.attempts.values();
      Object.assign(attempt ?? {}, { state: 'replied', bill: null });
      for (const [id, answer] of journal.answers) journal.answers.set(id, { ...answer, status, body: null });
      const { code, stderr } = await pixtab('recover');
      expect([code, state(), shelf.files.size, journal.answers.size]).toEqual([8, 'unconfirmed', 0, 1]);
      expect(stderr).toContain(status);
      expect(attempt?.plan.expected).toBeGreaterThan(usd('0'));
    },
  );

  it('leaves an answer alone that another process is at', async () => {
    const { pixtab, store, journal, deps } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { owner: 'another process' });
    const { code, stderr } = await pixtab('recover');
    expect([code, journal.answers.size]).toEqual([0, 1]);
    expect(stderr).toContain('being worked on by another process');
    expect(deps.cwd).toBe('/work');
  });

  it('finishes all it can although one answer is damaged', async () => {
    const { pixtab, shelf, journal } = await interrupted({ script: [aPicture('a'), aPicture('b')] });
    shelf.breaks('put', 'no space left');
    await pixtab('a dog', '-o', 'dog.jpg');
    shelf.breaks('put', null);
    const [first] = journal.answers.keys();
    const answer = journal.answers.get(first ?? '');
    if (first && answer) journal.answers.set(first, { ...answer, status: 'corrupt', body: null });
    const { code, stdout } = await pixtab('recover');
    expect([code, stdout, journal.answers.size]).toEqual([8, 'dog.jpg', 1]);
  });

  it('lists without touching anything', async () => {
    const { pixtab, journal, state } = await interrupted();
    const { code, stdout } = await pixtab('recover', '--list');
    expect([code, journal.answers.size, state()]).toEqual([0, 1, 'settled']);
    expect(stdout).toContain('1 image of "a cat"');
  });

  it('answers in JSON', async () => {
    const { pixtab } = await interrupted();
    const { stdout } = await pixtab('recover', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pixtab.recover/1',
      outcome: 'ok',
      exitCode: 0,
      booked: '0',
      answers: [{ status: 'done', prompt: 'a cat', images: [{ path: 'cat.jpg' }], cost: null, error: null }],
      error: null,
    });
  });

  it('is mentioned by whoever finds unfinished business, in one line', async () => {
    const { pixtab, store } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { owner: 'a dead process' });
    const other = world({
      deps: {
        books: async () => ({
          ledger: fakeLedger({ clock: fakeClock(), store, isAlive: () => false }),
          journal: journalOf(store),
        }),
      },
    });
    for (const command of [['spend'], ['budget', 'list'], ['a dog', '-o', 'dog.jpg']]) {
      const { stderr } = await other.pixtab(...command);
      expect(stderr.match(/1 paid answer not finished: pixtab recover/g)).toHaveLength(1);
    }
    expect((await pixtab('spend')).stderr).not.toContain('not finished');
  });

  it('exits 5 for an answer without a picture, books it, and is done with it', async () => {
    const { pixtab, store, journal } = world({ script: [refusalAnswer()] });
    await pixtab('a cat');
    const [attempt] = store.attempts.values();
    if (attempt === undefined) throw new Error('nothing was bought');
    Object.assign(attempt, { state: 'replied', bill: null });
    const body = new TextEncoder().encode(JSON.stringify(refusalAnswer()));
    journal.answers.set(attempt.plan.attemptId, { attempt: attempt.plan, body, status: 'ok' });
    expect((await pixtab('recover')).code).toBe(5);
    expect([attempt.state, attempt.bill === null, journal.answers.size]).toEqual(['saved', false, 0]);
    expect((await pixtab('recover')).code).toBe(0);
  });
});

/** Keeps an answer for every attempt of a store. */
function journalOf(store: FakeStore): FakeJournal {
  const journal = fakeJournal();
  for (const { plan } of store.attempts.values()) {
    journal.answers.set(plan.attemptId, { attempt: plan, body: null, status: 'truncated' });
  }
  return journal;
}
