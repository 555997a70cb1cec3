import { beforeEach, describe, expect, it } from 'vitest';
import { usd } from '../../src/core/pricing/money.ts';
import type { Sessions, SessionTurn, TurnOutcome, TurnPlan } from '../../src/ports/index.ts';

const NOON = 1_700_000_000_000;

export const asked = (facts: Partial<TurnPlan> = {}): TurnPlan => ({
  id: 'one',
  session: 'sky',
  after: null,
  seen: null,
  model: 'gemini-3-pro-image',
  at: NOON,
  prompt: 'make it night, 夜',
  inputs: [{ name: 'cat.png', mimeType: 'image/png', width: 2, height: 3, bytes: Buffer.from([0, 255, 7]) }],
  ...facts,
});

export const came: TurnOutcome = {
  cost: usd('0.134412345'),
  answer: [
    { text: 'Here.' },
    {
      inlineData: { mimeType: 'image/jpeg', data: 'AAAA' },
      thoughtSignature: 'c2ln+/==',
      newField: { a: [1] },
    },
  ],
  pictures: 1,
  words: 'Here.',
};

/** What every Sessions does, the fake as the real one. */
export function sessionsContract(name: string, make: () => Promise<Sessions>): void {
  describe(`${name} as Sessions`, () => {
    let book: Sessions;
    beforeEach(async () => {
      book = await make();
    });

    const ids = async (name: string) => (await book.load(name))?.map(({ id }) => id) ?? null;

    /** A turn that goes on from the last one of its session, seen at this moment. */
    async function begun(id: string, facts: Partial<TurnPlan> = {}): Promise<void> {
      const session = facts.session ?? 'sky';
      const last = (await book.load(session))?.at(-1)?.id ?? null;
      await book.begin(asked({ id, session, after: last, seen: last, ...facts }));
    }

    async function added(id: string, facts: Partial<TurnPlan> = {}) {
      await begun(id, facts);
      return book.finish(id, came);
    }

    it('lists sessions, the latest first, with what they came to', async () => {
      expect(await book.list()).toEqual([]);
      await added('one');
      await added('two', { at: NOON + 10, prompt: 'add a moon' });
      await added('lake', { session: 'lake', at: NOON + 5 });
      const facts = { model: 'gemini-3-pro-image', damage: null, bytes: expect.any(Number) };
      expect(await book.list()).toEqual([
        { ...facts, name: 'sky', turns: 2, prompt: 'add a moon', cost: usd('0.26882469'), usedAt: NOON + 10 },
        {
          ...facts,
          name: 'lake',
          turns: 1,
          prompt: 'make it night, 夜',
          cost: usd('0.134412345'),
          usedAt: NOON + 5,
        },
      ]);
    });

    it('lets go of one session, and says whether it was there', async () => {
      expect(await book.remove('sky')).toBe(false);
      await added('one');
      await added('old', { session: 'lake' });
      expect([await book.remove('sky'), await book.remove('sky')]).toEqual([true, false]);
      expect([await ids('sky'), await ids('lake')]).toEqual([null, ['old']]);
    });

    it('forgets sessions that nobody went on with, and the turns that only they need', async () => {
      expect(await book.forget(NOON + 1, { look: false })).toBe(0);
      await added('one');
      await added('two', { at: NOON + 10 });
      await added('old', { session: 'lake' });
      expect(await book.forget(NOON + 1, { look: true })).toBe(1);
      expect(await ids('lake')).toEqual(['old']);
      expect(await book.forget(NOON + 1, { look: false })).toBe(1);
      expect([await ids('sky'), await ids('lake')]).toEqual([['one', 'two'], null]);
    });

    it('knows the session that a turn is in, and the later one of two that go on from it', async () => {
      expect(await book.sessionOf('one')).toBeNull();
      await added('one');
      await added('two');
      await added('alone', { session: 'lake' });
      expect([await book.sessionOf('one'), await book.sessionOf('alone')]).toEqual(['sky', 'lake']);
      await book.begin(asked({ id: 'branch', after: 'one', seen: 'one', at: NOON + 10 }));
      const { name } = (await book.finish('branch', came)) ?? {};
      expect([await book.sessionOf('one'), await book.sessionOf('two')]).toEqual([name, 'sky']);
      expect(await book.sessionOf('none')).toBeNull();
    });

    it('takes a turn back that began beside one which was taken back meanwhile', async () => {
      await added('one');
      await added('two');
      // Another model begins anew, in place of what it saw.
      await begun('other', { after: null });
      expect(await book.undo('sky', 'two')).toBe(true);
      const place = await book.finish('other', came);
      const name = place?.name ?? '';
      expect(await ids(name)).toEqual(['other']);
      expect(await book.undo(name, 'other')).toBe(true);
      expect(await ids(name)).toEqual(['one', 'two']);
    });

    it('gives every turn back as it was, signatures and unknown fields too', async () => {
      await added('one');
      await added('two', { prompt: 'add a moon', inputs: [] });
      const { id: _, session: __, after: ___, seen: ____, ...words } = asked();
      expect(await book.load('sky')).toEqual<readonly SessionTurn[]>([
        { id: 'one', ...words, ...came },
        { id: 'two', ...words, ...came, prompt: 'add a moon', inputs: [] },
      ]);
    });

    it('knows nothing at first', async () => {
      expect([await book.load('sky'), await book.latest()]).toEqual([null, null]);
      expect(await book.finish('one', came)).toBeNull();
      expect(await book.undo('sky', 'one')).toBe(false);
    });

    it('shows no turn before it is paid for, and none that came to nothing', async () => {
      await begun('one');
      expect([await ids('sky'), await book.latest()]).toEqual([null, null]);
      await book.drop('one');
      expect([await book.finish('one', came), await ids('sky')]).toEqual([null, null]);
    });

    it('puts a turn in its place once, however often it is finished', async () => {
      expect(await added('one')).toEqual({ begunIn: 'sky', name: 'sky' });
      expect([await book.finish('one', came), await ids('sky')]).toEqual([null, ['one']]);
    });

    it('knows the session of the turn that was begun last', async () => {
      await added('one');
      await added('two', { session: 'sea', at: NOON + 1 });
      await added('three', { at: NOON + 2 });
      expect(await book.latest()).toBe('sky');
      // As recover does, long after.
      await added('four', { session: 'sea', at: NOON });
      expect(await book.latest()).toBe('sky');
    });

    it('keeps both of two turns that go on from the same one: the later as a session of its own', async () => {
      await added('one');
      await begun('two');
      await begun('three');
      await begun('four');
      expect(await book.finish('three', came)).toEqual({ begunIn: 'sky', name: 'sky' });
      expect(await book.finish('two', came)).toEqual({ begunIn: 'sky', name: 'sky-2' });
      expect(await book.finish('four', came)).toEqual({ begunIn: 'sky', name: 'sky-3' });
      expect([await ids('sky'), await ids('sky-2'), await ids('sky-3')]).toEqual([
        ['one', 'three'],
        ['one', 'two'],
        ['one', 'four'],
      ]);
    });

    it('keeps both of two that begin a session of the same name', async () => {
      await begun('one');
      await begun('two');
      await book.finish('one', came);
      expect(await book.finish('two', came)).toEqual({ begunIn: 'sky', name: 'sky-2' });
      expect([await ids('sky'), await ids('sky-2')]).toEqual([['one'], ['two']]);
    });

    it('begins anew with a turn that goes on from nothing, and lets one that is under way keep what it goes on from', async () => {
      await added('one');
      await added('two');
      await begun('three');
      await added('four', { after: null });
      expect(await ids('sky')).toEqual(['four']);
      expect(await book.finish('three', came)).toEqual({ begunIn: 'sky', name: 'sky-2' });
      expect(await ids('sky-2')).toEqual(['one', 'two', 'three']);
    });

    it('replaces what is there where that was asked for, or is itself replaced by what is newer', async () => {
      const anew = { after: null, seen: undefined };
      await added('one', { ...anew, at: NOON });
      await begun('late', { ...anew, at: NOON + 1 });
      await added('two', { ...anew, at: NOON + 2 });
      expect(await ids('sky')).toEqual(['two']);
      // However many are made at once, one is left, as if they had come one after the other.
      expect([await book.finish('late', came), await book.finish('late', came)]).toEqual([null, null]);
      expect([await ids('sky'), await ids('sky-2'), await book.latest()]).toEqual([['two'], null, 'sky']);
    });

    it('takes turns back, one after the other', async () => {
      await added('one');
      await added('two');
      expect(await book.undo('sky', 'two')).toBe(true);
      expect(await ids('sky')).toEqual(['one']);
      expect([await book.undo('sky', 'one'), await book.undo('sky', 'one'), await ids('sky')]).toEqual([
        true,
        false,
        null,
      ]);
    });

    it('comes back to what was there before a turn that began anew', async () => {
      await added('one');
      await added('two');
      await added('other', { after: null, model: 'gemini-nano-banana-2.1' });
      expect(await ids('sky')).toEqual(['other']);
      expect([await book.undo('sky', 'other'), await ids('sky')]).toEqual([true, ['one', 'two']]);
    });

    it('takes no turn back that another has gone on from', async () => {
      await added('one');
      await added('two');
      expect(await book.undo('sky', 'one')).toBe(false);
      expect(await ids('sky')).toEqual(['one', 'two']);
    });

    it('keeps a turn that was taken back for the one that was under way from it', async () => {
      await added('one');
      await added('two');
      await begun('three');
      await book.undo('sky', 'two');
      expect(await book.finish('three', came)).toEqual({ begunIn: 'sky', name: 'sky-2' });
      expect([await ids('sky'), await ids('sky-2')]).toEqual([['one'], ['one', 'two', 'three']]);
    });
  });
}
