import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { candidate, imagePart, refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeInputs } from '../../support/fakes/inputs.ts';
import { fakeJournal, type FakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import type { FakeStore } from '../../support/fakes/ledger-state.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';
import { aPlan } from '../../support/purchases.ts';

/** A world in which one picture was bought and the disk was full when it should have been written. */
async function interrupted(script: Parameters<typeof world>[0] = {}, ...flags: readonly string[]) {
  const pictureFiles = fakePictureFiles();
  const all = world({ ...script, deps: { ...script?.deps, pictureFiles: async () => pictureFiles } });
  pictureFiles.breaks('put', 'no space left');
  const ran = await all.pixtab('a cat', '-o', 'cat.jpg', ...flags);
  pictureFiles.breaks('put', null);
  const state = (): string | undefined => [...all.store.attempts.values()][0]?.state;
  const settled = (): bigint | undefined => [...all.store.attempts.values()][0]?.bill?.amount;
  return { ...all, pictureFiles, ran, state, settled };
}

describe('recover', () => {
  it('puts what was paid for where it should have been, sends nothing, and forgets the raw answer', async () => {
    const { ran, pixtab, pictureFiles, api, journal, state } = await interrupted();
    expect([ran.code, journal.answers.size]).toEqual([11, 1]);
    const again = await pixtab('recover');
    expect(again).toMatchObject({ code: 0, stdout: 'cat.jpg' });
    expect([...pictureFiles.files.keys()]).toEqual(['cat.jpg']);
    expect([api.sent.length, journal.answers.size, state()]).toEqual([1, 0, 'saved']);
  });

  it('removes what killed writes left where pictures were to go, and says how much', async () => {
    const asked: (readonly [string, number])[] = [];
    const { pixtab, pictureFiles, clock } = await interrupted();
    pictureFiles.tidy = async (folder, before) => asked.push([folder, before]);
    await pixtab('a dog', '-o', 'dogs/one.jpg');
    const { stderr } = await pixtab('recover');
    const before = clock.now() - 86_400_000;
    expect(asked.toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
      ['/work', before],
      ['/work/dogs', before],
    ]);
    expect(stderr).toContain('3 files of interrupted writes removed.');
  });

  it('leaves what it cannot finish either to anybody, though its own process lives on', async () => {
    const { pixtab, pictureFiles, store, clock } = await interrupted();
    pictureFiles.breaks('put', 'no space left');
    expect(await pixtab('recover')).toMatchObject({ code: 11 });
    const another = fakeLedger({ store, clock, owner: 'another' });
    const [attempt] = store.attempts.values();
    expect(await another.claim(attempt?.plan ?? aPlan())).toBe('settled');
  });

  it('does nothing the second time', async () => {
    const { pixtab, pictureFiles, settled } = await interrupted();
    await pixtab('recover');
    const bill = settled();
    const again = await pixtab('recover');
    expect(again).toMatchObject({ code: 0, stdout: '', stderr: 'There is nothing to recover.' });
    expect([pictureFiles.files.size, settled()]).toEqual([1, bill]);
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

  it('books at the prices of an account where those were quoted', async () => {
    const cited = {
      platform: 'example.com',
      source: 'https://example.com/prices',
      checked: '2026-11-01',
      confidence: 'high' as const,
    };
    const lite = { model: 'gemini-3.1-flash-lite-image', lane: 'now', meter: 'image', size: null } as const;
    const prices = [{ ...lite, price: usd('0.025'), from: '0001-01-01', until: null }];
    const { pixtab, store, settled } = await interrupted(
      { deps: { overlay: async () => ({ cited, prices }) } },
      '--prices',
      'mine.json',
    );
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'replied', bill: null });
    await pixtab('recover');
    expect(settled()).toBe(usd('0.025'));
  });

  it('books the pictures that went along where the answer reports no usage', async () => {
    const silent = { ...aPicture(), usageMetadata: undefined };
    const album = fakePictureFiles();
    await album.put('photo.png', fakePicture('png', 1024, 1024), { replace: false });
    const { pixtab, store, settled } = await interrupted(
      { script: [silent], deps: { inputs: async () => fakeInputs(album) } },
      '-i',
      'photo.png',
    );
    const bill = settled();
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'replied', bill: null });
    await pixtab('recover');
    const [attempt] = store.attempts.values();
    expect(attempt?.bill?.lines.map(({ meter }) => meter)).toContain('image input');
    expect(settled()).toBe(bill);
  });

  it('tells what it booked and saved where only the raw answer cannot be removed', async () => {
    const { pixtab, journal, state, store } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'replied', bill: null });
    const { remove } = journal;
    journal.remove = () => Promise.reject(new Failure('disk', 'The finished answer could not be removed.'));
    const { code, stdout } = await pixtab('recover', '--json');
    expect([code, state()]).toEqual([11, 'saved']);
    const [answer] = JSON.parse(stdout).answers;
    expect(answer).toMatchObject({ status: 'kept', images: [{ path: 'cat.jpg' }], cost: { charged: 'yes' } });
    journal.remove = remove;
    expect([(await pixtab('recover')).code, journal.answers.size]).toEqual([0, 0]);
  });

  it('settles what was counted as unconfirmed once its answer is found', async () => {
    const { pixtab, store, state } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'unconfirmed', bill: null });
    expect([(await pixtab('recover')).code, state()]).toEqual([0, 'saved']);
  });

  it('does not write a picture twice that was on disk when the crash came', async () => {
    const { pixtab, pictureFiles, journal, store } = await interrupted();
    const kept = [...journal.answers];
    await pixtab('recover');
    // As if killed between the file and the ledger.
    for (const [id, answer] of kept) journal.answers.set(id, answer);
    Object.assign([...store.attempts.values()][0] ?? {}, { state: 'settled' });
    expect((await pixtab('recover')).stdout).toBe('cat.jpg');
    expect([...pictureFiles.files.keys()]).toEqual(['cat.jpg']);
  });

  it('only forgets the raw answer when all else was done', async () => {
    const { pixtab, pictureFiles, journal } = await interrupted();
    const kept = [...journal.answers];
    await pixtab('recover');
    for (const [id, answer] of kept) journal.answers.set(id, answer);
    const again = await pixtab('recover');
    expect([again.code, again.stdout, journal.answers.size, pictureFiles.files.size]).toEqual([0, '', 0, 1]);
  });

  it('takes another folder with --out', async () => {
    const { pixtab, pictureFiles } = await interrupted();
    await pixtab('recover', '--out', 'rescued/');
    expect([...pictureFiles.files.keys()]).toEqual(['/work/rescued/cat.jpg']);
  });

  it('exits 11 and keeps the answer while the disk is still full', async () => {
    const { pixtab, pictureFiles, journal, state } = await interrupted();
    pictureFiles.breaks('put', 'no space left');
    const { code, stderr } = await pixtab('recover');
    expect([code, journal.answers.size, state()]).toEqual([11, 1, 'settled']);
    expect(stderr).toContain('no space left');
  });

  it.each(['truncated', 'corrupt'] as const)(
    'invents nothing from an answer that is %s, and counts it',
    async (status) => {
      const { pixtab, pictureFiles, journal, store, state } = await interrupted();
      const [attempt] = store.attempts.values();
      Object.assign(attempt ?? {}, { state: 'replied', bill: null });
      for (const [id, answer] of journal.answers) journal.answers.set(id, { ...answer, status, body: null });
      const { code, stderr } = await pixtab('recover');
      expect([code, state(), pictureFiles.files.size, journal.answers.size]).toEqual([
        8,
        'unconfirmed',
        0,
        1,
      ]);
      expect(stderr).toContain(status);
      expect(attempt?.plan.expected).toBeGreaterThan(usd('0'));
    },
  );

  it('keeps a picture that it fetched, although it cannot be written yet: its address may end', async () => {
    const pointing = candidate([{ fileData: { fileUri: 'https://gateway.example/cat.png' } }]);
    const { ran, api, pixtab, pictureFiles } = await interrupted({ script: [pointing] });
    expect(ran.code).toBe(11);
    const body = Buffer.from(JSON.stringify(aPicture()));
    api.fetchLinked = async () => ({ body, remarks: [] });
    pictureFiles.breaks('put', 'no space left');
    expect((await pixtab('recover')).code).toBe(11);
    api.fetchLinked = async () => ({ body: null, remarks: [] });
    pictureFiles.breaks('put', null);
    expect(await pixtab('recover')).toMatchObject({ code: 0, stdout: 'cat.jpg' });
  });

  it('leaves an answer alone that another process is at', async () => {
    const { pixtab, store, journal, deps } = await interrupted();
    Object.assign([...store.attempts.values()][0] ?? {}, { owner: 'another process' });
    const { code, stderr } = await pixtab('recover');
    expect([code, journal.answers.size]).toEqual([0, 1]);
    expect(stderr).toContain('being worked on by another process');
    expect(deps.cwd).toBe('/work');
  });

  it('finishes all it can although one answer is damaged', async () => {
    const { pixtab, pictureFiles, journal } = await interrupted({ script: [aPicture('a'), aPicture('b')] });
    pictureFiles.breaks('put', 'no space left');
    await pixtab('a dog', '-o', 'dog.jpg');
    pictureFiles.breaks('put', null);
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
      settled: '0',
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

/** Nothing that decodes came back, so it would be unfinished business for ever. */
async function undecodable() {
  const broken = candidate([imagePart(Buffer.from('no picture'), 'image/png')]);
  const all = world({ script: [broken] });
  await all.pixtab('a cat');
  const [attempt] = all.store.attempts.values();
  if (attempt === undefined) throw new Error('nothing was bought');
  return { ...all, attempt, id: attempt.plan.attemptId };
}

describe('what cannot be finished', () => {
  it('is set aside with --discard, stays counted, and is unfinished no more', async () => {
    const { pixtab, journal, attempt, id } = await undecodable();
    const before = await pixtab('recover');
    expect(before.code).toBe(11);
    expect(before.stderr).toContain(`pixtab recover --discard ${id}`);
    const bill = attempt.bill?.amount;

    const { code, stdout, stderr } = await pixtab('recover', '--discard', id);
    expect(code).toBe(0);
    expect(stdout).toContain(`/journal/kept/${id}.answer`);
    expect(stderr).toContain('stays counted');
    expect([journal.answers.size, journal.kept.size]).toEqual([0, 1]);
    expect([attempt.state, attempt.bill?.amount]).toEqual(['settled', bill]);
    expect(await pixtab('recover')).toMatchObject({ code: 0, stderr: 'There is nothing to recover.' });
    expect((await pixtab('recover', '--kept')).stdout).toContain(
      `/journal/kept/${id}.answer  1 image of "a cat"`,
    );
  });

  it('is counted as unconfirmed where its bill was not booked yet', async () => {
    const { pixtab, attempt, id } = await undecodable();
    Object.assign(attempt, { state: 'replied', bill: null });
    expect((await pixtab('recover', '--discard', id)).code).toBe(0);
    expect(attempt.state).toBe('unconfirmed');
  });

  it('is not taken from under another process', async () => {
    const { pixtab, journal, attempt, id } = await undecodable();
    Object.assign(attempt, { owner: 'another process' });
    const { code, stderr } = await pixtab('recover', '--discard', id);
    expect([code, journal.kept.size]).toEqual([2, 0]);
    expect(stderr).toContain('Another process');
  });

  it('is looked up in the ledger where its file does not tell whose it is', async () => {
    const { pixtab, journal, attempt, id } = await undecodable();
    const answer = journal.answers.get(id);
    if (answer === undefined) throw new Error('an answer waits');
    journal.answers.set(id, { ...answer, attempt: null });
    Object.assign(attempt, { state: 'replied', bill: null });
    expect((await pixtab('recover', '--discard', id)).code).toBe(0);
    expect([attempt.state, journal.kept.size]).toEqual(['unconfirmed', 1]);
  });

  it('is set aside by the beginning of its id, which is what lists show', async () => {
    const { pixtab, journal, id } = await undecodable();
    expect((await pixtab('recover', '--list')).stdout).toContain(id.slice(0, 8));
    expect((await pixtab('recover', '--discard', id.slice(0, 8))).code).toBe(0);
    expect([...journal.kept.keys()]).toEqual([id]);
  });

  it('is not guessed among several', async () => {
    const { pixtab, journal, id } = await undecodable();
    const [answer] = journal.answers.values();
    if (answer === undefined) throw new Error('an answer waits');
    journal.answers.set(`${id.slice(0, 8)}-another`, answer);
    const { code, stderr } = await pixtab('recover', '--discard', id.slice(0, 8));
    expect([code, journal.kept.size]).toEqual([2, 0]);
    expect(stderr).toContain('Several paid answers');
  });

  it.each(['nonsense', ''])('is not invented: "%s"', async (name) => {
    const { pixtab, journal } = await undecodable();
    const { code, stderr } = await pixtab('recover', '--discard', name);
    expect([code, journal.kept.size]).toEqual([2, 0]);
    expect(stderr).toContain(`under "${name}"`);
  });

  it('is said in JSON too', async () => {
    const { pixtab, id } = await undecodable();
    expect(JSON.parse((await pixtab('recover', '--discard', id, '--json')).stdout)).toMatchObject({
      schema: 'pixtab.recover/1',
      outcome: 'ok',
      answers: [{ attemptId: id, status: 'aside', path: `/journal/kept/${id}.answer` }],
    });
  });

  it('although only a picture that nobody asked for does not decode', async () => {
    const picture = fakePicture('jpeg', 1024, 1024);
    const two = candidate([
      imagePart(Buffer.from('no picture'), 'image/png'),
      imagePart(picture, 'image/jpeg'),
    ]);
    const { pixtab, store, journal } = world({ script: [two] });
    const bought = await pixtab('a cat', '-o', 'cat.jpg');
    expect([bought.code, bought.stdout]).toEqual([11, 'cat.jpg']);
    const [attempt] = store.attempts.values();
    expect([attempt?.state, attempt?.images.length]).toEqual(['saved', 1]);
    const { code, stderr } = await pixtab('recover');
    expect(code).toBe(11);
    expect(stderr).toContain('--discard');
    await pixtab('recover', '--discard', attempt?.plan.attemptId ?? '');
    expect([attempt?.state, journal.answers.size, (await pixtab('recover')).code]).toEqual(['saved', 0, 0]);
  });

  it('keeps none of the others waiting', async () => {
    const { pixtab, journal } = world();
    const big = '9'.repeat(15);
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: big, totalTokenCount: big };
    const attempts = ['a', 'b'].map((id) =>
      aPlan({
        attemptId: id,
        model: 'gemini-3.1-flash-lite-image',
        save: { paths: [id], cwd: '/work', format: null, quality: null, replace: false },
      }),
    );
    const bodies = [
      candidate([imagePart(fakePicture('jpeg', 64, 64, 'a'), 'image/jpeg')], { usageMetadata }),
      candidate([imagePart(fakePicture('jpeg', 64, 64, 'b'), 'image/jpeg')]),
    ];
    for (const [index, attempt] of attempts.entries()) {
      const body = new TextEncoder().encode(JSON.stringify(bodies[index]));
      journal.answers.set(attempt.attemptId, { attempt, body, status: 'ok' });
    }
    const { code, stdout } = await pixtab('recover');
    expect([code, stdout.split('\n').length, journal.answers.size]).toEqual([0, 2, 0]);
  });

  it('half-written drafts of a day ago are cleared away', async () => {
    const { pixtab, journal, clock } = world();
    await pixtab('recover');
    expect(journal.tidied).toEqual([clock.now() - 86_400_000]);
  });
});

describe('--keep-raw', () => {
  it('keeps the answer for good, says where, and leaves nothing unfinished', async () => {
    const { pixtab, journal } = world();
    const ran = await pixtab('a cat', '-o', 'cat.jpg', '--keep-raw', '--json');
    const [id = ''] = journal.kept.keys();
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'ok',
      rawAnswers: [`/journal/kept/${id}.answer`],
    });
    expect(ran.stderr).toContain(`raw    /journal/kept/${id}.answer`);
    expect(journal.answers.size).toBe(0);
    expect((await pixtab('recover')).stderr).toBe('There is nothing to recover.');
    expect((await pixtab('recover', '--kept')).stdout).toContain(id);
  });

  it('is remembered by what was interrupted', async () => {
    const pictureFiles = fakePictureFiles();
    const { pixtab, journal } = world({ deps: { pictureFiles: async () => pictureFiles } });
    pictureFiles.breaks('put', 'no space left');
    expect((await pixtab('a cat', '-o', 'cat.jpg', '--keep-raw')).code).toBe(11);
    pictureFiles.breaks('put', null);
    expect((await pixtab('recover')).code).toBe(0);
    expect([journal.answers.size, journal.kept.size]).toEqual([0, 1]);
  });

  it('keeps nothing without being asked', async () => {
    const { pixtab, journal } = world();
    const { stdout } = await pixtab('a cat', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ rawAnswers: [] });
    expect(journal.kept.size).toBe(0);
    expect((await pixtab('recover', '--kept')).stderr).toBe('No raw answer is kept.');
  });
});

describe('recover --host', () => {
  /** Another machine holds one request, and has sent another. */
  async function held() {
    const all = world();
    const { clock, store } = all;
    const gone = fakeLedger({ clock, store, owner: 'ci-runner-7' });
    await gone.begin({ runId: 'run-7', command: 'apply', at: clock.now(), project: null, labels: [] });
    const plans = ['a', 'b'].map((attemptId) => aPlan({ attemptId, runId: 'run-7' }));
    await gone.hold(plans);
    await gone.sending('b');
    const states = () => [...store.attempts.values()].map(({ state }) => state);
    return { ...all, states };
  }

  it('lets go of what a machine that is gone held, and counts what it sent', async () => {
    const { pixtab, clock, states } = await held();
    clock.advance(300_000);
    const { code, stderr } = await pixtab('recover', '--host', 'ci-runner-7');
    expect(code).toBe(0);
    expect(stderr).toContain('1 request released, 1 unconfirmed.');
    expect(states()).toEqual(['released', 'unconfirmed']);
  });

  it('leaves a machine alone that was heard of a moment ago', async () => {
    const { pixtab, states } = await held();
    expect(await pixtab('recover', '--host', 'ci-runner-7')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ci-runner-7 was heard of 0 seconds ago.'),
    });
    expect(states()).toEqual(['held', 'sent']);
  });

  it('names the machines that hold something', async () => {
    const { pixtab } = await held();
    expect((await pixtab('recover', '--host', 'other')).stderr).toContain('Those that do: ci-runner-7.');
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
