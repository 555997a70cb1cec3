import { describe, expect, it } from 'vitest';
import { Failure, usageFailure } from '../../../src/core/errors.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { candidate, imagePart, refusalAnswer } from '../../support/answers.ts';
import type { Queue, SendOptions } from '../../../src/ports/index.ts';
import { aPicture, world, type WorldOptions } from '../../support/fakes/deps.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeQueue } from '../../support/fakes/queue.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';

const MANIFEST = `images:
  - { id: hero, prompt: a lighthouse }
  - { id: icon, prompt: a house, out: "art/{id}" }
  - { id: twin, prompt: a house }
`;

function shop(manifest = MANIFEST, options: WorldOptions = {}) {
  const all = world(options);
  all.pictureFiles.files.set('pixtab.yaml', Buffer.from(manifest));
  const json = async (...argv: readonly string[]) => {
    const ran = await all.pixtab(...argv, '--json');
    return { ...ran, document: JSON.parse(ran.stdout) as Record<string, unknown> };
  };
  const held = () => [...all.store.attempts.values()].map(({ plan, state }) => [plan.prompt, state]);
  return { ...all, json, held };
}

/** A shop whose store takes nothing until it is given `put` back, and whose process is another one from `become` on. */
function fullStore(manifest = MANIFEST) {
  let owner = 'one worker';
  const alive = new Set(['queue', owner]);
  const here = (all: ReturnType<typeof shop>) => ({
    clock: all.clock,
    store: all.store,
    owner,
    isAlive: (other: string): boolean => alive.has(other),
    hasAnswer: (attemptId: string) => all.journal.answers.has(attemptId),
  });
  const all: ReturnType<typeof shop> = shop(manifest, {
    deps: {
      queue: async () => fakeQueue(here(all)),
      books: async () => ({ ledger: fakeLedger(here(all)), journal: all.journal }),
    },
  });
  const put = all.pictureStore.put.bind(all.pictureStore);
  all.pictureStore.put = async () => {
    throw new Failure('disk', 'The store is full.', { charged: 'no' });
  };
  function become(other: string): void {
    alive.add(other);
    owner = other;
  }
  return { ...all, put, alive, become };
}

const ONE = 'images: [{ id: hero, prompt: a lighthouse }]';

type Shop = ReturnType<typeof shop>;

/** The queue of a shop, some of whose steps are others. Who takes from it for ever is told to stop. */
function queueOf({ clock, store, stop }: Shop, steps: (queue: Queue) => Partial<Queue> = () => ({})): Queue {
  const queue = fakeQueue({ clock, store, owner: 'this process' });
  let takes = 0;
  const take: Queue['take'] = async (most) => {
    if ((takes += 1) > 20) stop.abort();
    return queue.take(most);
  };
  return { ...queue, take, ...steps(queue) };
}

const unreachable = (charged: 'no' | 'yes'): Failure =>
  new Failure(charged === 'no' ? 'unavailable' : 'disk', 'The ledger cannot be reached.', { charged });

/** One step of a queue fails so often before it works. */
const failsFirst =
  <K extends 'take' | 'finish' | 'giveBack'>(name: K, times: number) =>
  (queue: Queue): Partial<Queue> => {
    let left = times;
    const step = async (...asked: Parameters<Queue[K]>): Promise<unknown> => {
      if (left === 0) return Reflect.apply(queue[name], queue, asked);
      left -= 1;
      throw unreachable('no');
    };
    return { [name]: step };
  };

const down = (): Failure => new Failure('unavailable', 'Google is away.', { charged: 'no' });

describe('queue add', () => {
  it('prices all of it, sets that aside, and sends nothing', async () => {
    const { json, api, held, store } = shop();
    const { code, document, stderr } = await json('queue', 'add', '--project', 'shop', '--label', 'spring');
    expect(code).toBe(0);
    expect(document).toMatchObject({
      schema: 'pixtab.queue/1',
      action: 'add',
      changed: 2,
      skipped: 1,
      counts: { waiting: 2, working: 0, done: 0 },
      quote: { low: expect.stringMatching(/^0\.0672/) },
      spent: '0',
      paused: false,
      workers: [],
    });
    expect(document['held']).toBe((document['quote'] as { high: string }).high);
    expect(stderr).toMatch(/plan {3}2 to buy, 0 under way, bought or barred, 1 at no cost/);
    expect(api.sent).toEqual([]);
    expect(held()).toEqual([
      ['a lighthouse', 'held'],
      ['a house', 'held'],
    ]);
    expect([...store.runs.values()]).toMatchObject([
      { command: 'queue', project: 'shop', labels: ['pixtab.yaml', 'spring'] },
    ]);
  });

  it('puts no picture there twice, and none that the store has', async () => {
    const { json, pixtab, pictureStore, held } = shop();
    await json('queue', 'add', '--only', 'hero');
    const again = await json('queue', 'add');
    expect(again.document).toMatchObject({ changed: 1, counts: { waiting: 2 } });
    await pixtab('work', '--until-empty');
    expect(pictureStore.kept.size).toBe(2);
    const last = await json('queue', 'add');
    expect(last.document).toMatchObject({ changed: 0, skipped: 3, counts: { waiting: 0, done: 2 } });
    expect(held()).toHaveLength(2);
  });

  it('refuses what could cost more than --max-cost, or a budget allows, and puts nothing there', async () => {
    const { json, held } = shop();
    expect(await json('queue', 'add', '--max-cost', '0.01')).toMatchObject({
      code: 4,
      document: { error: { code: 'over-max-cost' } },
    });
    await json('budget', 'set', '0.05/day');
    expect((await json('queue', 'add')).code).toBe(4);
    expect(held()).toEqual([]);
    expect((await json('queue')).document).toMatchObject({ counts: { waiting: 0 }, held: '0' });
  });

  it('asks for consent above --ask-above, as all that buy do', async () => {
    const { json, held } = shop();
    const dear = await json('queue', 'add', '--ask-above', '0.05');
    expect(dear).toMatchObject({ code: 4, document: { error: { code: 'needs-consent' } } });
    expect(held()).toEqual([]);
    expect((await json('queue', 'add', '--ask-above', '0.05', '--yes')).code).toBe(0);
  });

  it('takes input pictures along, for workers on other machines', async () => {
    const { pixtab, pictureFiles, api } = shop(
      'images:\n  - { id: hat, prompt: a hat, inputs: [head.png] }\n',
    );
    const bytes = fakePicture('png', 64, 64, 'head');
    pictureFiles.files.set('head.png', bytes);
    expect((await pixtab('queue', 'add')).code).toBe(0);
    pictureFiles.files.delete('head.png');
    expect((await pixtab('work', '--until-empty')).code).toBe(0);
    expect(api.sent.map(({ inputs }) => inputs.map((input) => Buffer.from(input.bytes)))).toEqual([
      [Buffer.from(bytes)],
    ]);
  });

  it('takes a list of prompts too, a picture a line, which apply puts in place like any other', async () => {
    const all = shop();
    const lines = ['# for spring', 'a {golden} lighthouse', '', '{"prompt":"a {{house}}","aspect":"16:9"}'];
    all.pictureFiles.files.set('prompts.txt', Buffer.from(lines.join('\n')));
    expect((await all.json('queue', 'add', '-f', 'prompts.txt')).document).toMatchObject({ changed: 2 });
    await all.pixtab('work', '--until-empty', '--concurrency', '1');
    expect(all.api.sent.map(({ prompt, aspect }) => [prompt, aspect])).toEqual([
      ['a {golden} lighthouse', null],
      ['a {house}', '16:9'],
    ]);
    expect((await all.pixtab('apply', '-f', 'prompts.txt')).code).toBe(0);
    expect([...all.pictureFiles.files.keys()]).toEqual(
      expect.arrayContaining(['images/line-2.jpg', 'images/line-4.jpg', 'prompts.lock']),
    );
    all.pictureFiles.files.set('prompts.txt', Buffer.from('{"prompt":"x","size":"9K"}'));
    expect(await all.pixtab('queue', 'add', '-f', 'prompts.txt')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('prompts.txt:1:'),
    });
  });

  it('says that a queue needs a server', async () => {
    const sentence = 'A queue needs a ledger at a PostgreSQL server, and this one is a file.';
    const queue = () => Promise.reject(usageFailure(sentence, 'Set PIXTAB_LEDGER.'));
    const { pixtab } = shop(MANIFEST, { deps: { queue } });
    for (const command of [['queue'], ['queue', 'add'], ['work']])
      expect(await pixtab(...command)).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
  });

  it.each([
    [['queue', 'ad'], 'Did you mean pixtab queue add?'],
    [['queue', 'purge'], 'Did you mean pixtab queue cancel?'],
    [['queue', 'status', '--watch', '--json'], '--watch shows how it goes on'],
    [['work', '--metrics', 'somewhere'], '--metrics'],
  ])('answers %j with a sentence', async (argv, sentence) => {
    expect(await shop().pixtab(...argv)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(sentence),
    });
  });
});

describe('queue', () => {
  it('is paused and resumed for all workers', async () => {
    const { json, pixtab, api } = shop();
    await json('queue', 'add');
    expect((await json('queue', 'pause')).document).toMatchObject({ action: 'pause', paused: true });
    expect(await pixtab('work', '--until-empty')).toMatchObject({
      code: 12,
      stderr: expect.stringContaining('The queue is paused'),
    });
    expect(api.sent).toEqual([]);
    expect((await json('queue', 'resume')).document).toMatchObject({ paused: false });
    expect((await pixtab('work', '--until-empty')).code).toBe(0);
  });

  it('gives everything back that waits when it is cancelled', async () => {
    const { json, pixtab, held } = shop();
    await json('budget', 'set', '1/day');
    await json('queue', 'add');
    const { document, stderr } = await json('queue', 'cancel');
    expect(document).toMatchObject({ action: 'cancel', changed: 2, counts: { cancelled: 2 }, held: '0' });
    expect(stderr).toMatch(/2 pictures taken off the queue, \$0\.07\d+ given back/);
    expect(held().map(([, state]) => state)).toEqual(['released', 'released']);
    expect((await pixtab('work', '--until-empty')).code).toBe(0);
    expect((await json('queue', 'add')).document).toMatchObject({ changed: 2 });
  });

  it('asks again for what failed and was not charged, and for the rest only when it is told to', async () => {
    const late = () => new Failure('unconfirmed', 'No answer came.', { charged: 'unknown' });
    const script = [
      new Failure('usage', 'Google takes no such prompt.', { charged: 'no' }),
      refusalAnswer('IMAGE_SAFETY'),
      late(),
    ];
    const three = MANIFEST.replace('{ id: twin, prompt: a house }', '{ id: twin, prompt: a barn }');
    const { json, api } = shop(three, { script });
    await json('queue', 'add');
    const first = await json('work', '--until-empty', '--concurrency', '1', '--refusal-retries', '0');
    expect(first).toMatchObject({
      code: 8,
      document: { schema: 'pixtab.work/1', taken: 3, done: 0, refused: 1, failed: 1, unconfirmed: 1 },
    });
    expect((await json('queue', 'retry')).document).toMatchObject({ changed: 1, skipped: 2 });
    expect((await json('work', '--until-empty')).document).toMatchObject({ done: 1, outcome: 'ok' });
    expect((await json('queue', 'retry')).document).toMatchObject({ changed: 0, skipped: 2 });
    expect((await json('queue', 'retry', '--refused')).document).toMatchObject({ changed: 1 });
    expect((await json('queue', 'retry', '--unconfirmed')).document).toMatchObject({ changed: 1 });
    await json('work', '--until-empty');
    expect((await json('queue')).document).toMatchObject({ counts: { done: 3, refused: 0, unconfirmed: 0 } });
    expect(api.sent).toHaveLength(6);
  });

  it('shows how it stands to people', async () => {
    const { pixtab } = shop();
    await pixtab('queue', 'add');
    const { stdout } = await pixtab('queue');
    expect(stdout).toMatch(/^pictures +money\nwaiting +2 {2}\$0\.07\d+ held\nworking +0\n/);
    await pixtab('work', '--until-empty');
    const after = await pixtab('queue', 'status', '--watch');
    expect(after.stdout).toMatch(/done +2 {2}\$0\.\d+ spent/);
    expect(after.stdout).toMatch(/worker +at work +a minute\nthis process +0/);
  });
});

describe('apply', () => {
  it('puts in place what a queue bought, at no cost', async () => {
    const { pixtab, api, pictureFiles, store } = shop();
    await pixtab('queue', 'add');
    const early = await pixtab('apply');
    expect(early).toMatchObject({ code: 10, stderr: expect.stringContaining('It is in the queue.') });
    await pixtab('work', '--until-empty');
    const sent = api.sent.length;
    expect((await pixtab('apply')).code).toBe(0);
    expect(api.sent).toHaveLength(sent);
    expect([...pictureFiles.files.keys()]).toEqual(
      expect.arrayContaining(['images/hero.jpg', 'art/icon.jpg', 'images/twin.jpg']),
    );
    expect([...store.attempts.values()].map(({ bill }) => (bill?.amount ?? 0n) > usd('0'))).toEqual([
      true,
      true,
    ]);
  });
});

describe('work', () => {
  it('buys the urgent ones first, and files each under the run that queued it', async () => {
    const { pixtab, api, store } = shop();
    await pixtab('queue', 'add', '--urgent', 'icon', '--project', 'shop');
    await pixtab('work', '--until-empty', '--concurrency', '1');
    expect(api.sent.map(({ prompt }) => prompt)).toEqual(['a house', 'a lighthouse']);
    expect([...store.attempts.values()].map(({ plan }) => store.runs.get(plan.runId)?.project)).toEqual([
      'shop',
      'shop',
    ]);
  });

  it('gives back what every picture would meet, and waits before it takes more', async () => {
    const { json, clock, api } = shop(MANIFEST, { script: [down(), down()] });
    await json('queue', 'add');
    const before = clock.now();
    const { code, document } = await json('work', '--until-empty', '--concurrency', '1', '--retries', '0');
    expect([code, document]).toMatchObject([0, { taken: 4, returned: 2, done: 2, failed: 0 }]);
    expect(clock.now() - before).toBeGreaterThanOrEqual(6_000);
    expect(api.sent).toHaveLength(4);
  });

  it('says once that it waits for a limit, however many pictures do, and again when it waits again', async () => {
    const limit = new Failure('rate-limited', 'Google takes no more requests for now.', { charged: 'no' });
    const limited = async (_: object, { onRetry, beforeSend }: SendOptions) => {
      await onRetry(limit, 59_000);
      await beforeSend();
      return aPicture();
    };
    const later: typeof limited = async (...sent) => {
      all.clock.advance(60_000);
      return limited(...sent);
    };
    const three = MANIFEST.replace('{ id: twin, prompt: a house }', '{ id: twin, prompt: a barn }');
    const all: Shop = shop(three, { script: [limited, limited, later] });
    await all.pixtab('queue', 'add');
    const { stderr } = await all.pixtab('work', '--until-empty', '--concurrency', '2');
    const wait = 'takes no more requests for now. Trying again in 59 s.';
    expect(stderr.match(/takes no more requests.*/g)).toEqual([wait, wait]);
  });

  it('ends where no waiting helps, and leaves the queue as it was', async () => {
    const key = new Failure('auth', 'Google refused the key.', { charged: 'no' });
    const { json } = shop(MANIFEST, { script: [key] });
    await json('queue', 'add');
    const { code, document } = await json('work', '--concurrency', '1', '--retries', '0');
    expect([code, document]).toMatchObject([3, { taken: 1, returned: 1, error: { kind: 'auth' } }]);
    expect((await json('queue')).document).toMatchObject({ counts: { waiting: 2, failed: 0 } });
  });

  it('gives up a picture that fails each time while others come', async () => {
    const script = (order: { readonly prompt: string }) =>
      Promise.resolve(order.prompt === 'a house' ? down() : refusalAnswer());
    const { json } = shop(MANIFEST, { script: Array.from({ length: 20 }, () => script) });
    await json('queue', 'add');
    const { document } = await json('work', '--until-empty', '--retries', '0', '--refusal-retries', '0');
    expect(document).toMatchObject({ returned: 3, failed: 1, refused: 1 });
  });

  it('takes nothing more once it is told to stop, finishes what is sent, and ends with 0', async () => {
    const stopping = async () => {
      all.stop.abort();
      return refusalAnswer('STOP');
    };
    const all = shop(MANIFEST, { script: [stopping] });
    await all.json('queue', 'add');
    const { code, document } = await all.json('work', '--concurrency', '1', '--refusal-retries', '0');
    expect([code, document]).toMatchObject([0, { taken: 1, outcome: 'ok' }]);
    expect((await all.json('queue')).document).toMatchObject({ counts: { waiting: 1, working: 0 } });
  });

  it('buys nothing again whose end the queue could not write down, and writes it down when it can', async () => {
    const all: Shop = shop(MANIFEST, { deps: { queue: async () => queueOf(all, failsFirst('finish', 2)) } });
    await all.json('queue', 'add');
    const { document } = await all.json('work', '--until-empty', '--concurrency', '1');
    expect(all.api.sent).toHaveLength(2);
    const { document: status } = await all.json('queue');
    expect(status).toMatchObject({ counts: { done: 2, working: 0 } });
    expect(document).toMatchObject({ outcome: 'ok', done: 2, returned: 0, spent: status['spent'] });
  });

  it('gives back later what the queue could not take back at once', async () => {
    const all: Shop = shop(ONE, {
      script: [down()],
      deps: { queue: async () => queueOf(all, failsFirst('giveBack', 1)) },
    });
    await all.json('queue', 'add');
    const { code, document } = await all.json('work', '--until-empty', '--retries', '0');
    expect([code, document]).toMatchObject([0, { returned: 1, done: 1, unconfirmed: 0 }]);
    expect(all.api.sent).toHaveLength(2);
  });

  it('waits for a queue that cannot be reached for a while, and goes on', async () => {
    const all: Shop = shop(ONE, { deps: { queue: async () => queueOf(all, failsFirst('take', 3)) } });
    await all.json('queue', 'add');
    const before = all.clock.now();
    const { code, document } = await all.json('work', '--until-empty');
    expect([code, document]).toMatchObject([0, { taken: 1, done: 1 }]);
    expect(all.clock.now() - before).toBeGreaterThanOrEqual(14_000);
  });

  it('ends where the queue cannot be reached for good, after some minutes', async () => {
    const away = (): Partial<Queue> => ({ take: async () => Promise.reject(unreachable('no')) });
    const all: Shop = shop(ONE, { deps: { queue: async () => queueOf(all, away) } });
    await all.json('queue', 'add');
    const before = all.clock.now();
    const { code, document } = await all.json('work');
    expect([code, document]).toMatchObject([10, { taken: 0, error: { kind: 'unavailable' } }]);
    expect(all.clock.now() - before).toBeGreaterThan(240_000);
  });

  it('tells the queue once more before it ends what that could not write down', async () => {
    const away = { isOn: false };
    const key = new Failure('auth', 'Google refused the key.', { charged: 'no' });
    const refused = async () => {
      away.isOn = true;
      throw key;
    };
    const late = (queue: Queue): Partial<Queue> => ({
      async giveBack(...asked) {
        if (!away.isOn) return queue.giveBack(...asked);
        away.isOn = false;
        throw unreachable('no');
      },
    });
    const all: Shop = shop(ONE, { script: [refused], deps: { queue: async () => queueOf(all, late) } });
    await all.json('queue', 'add');
    const { code } = await all.json('work', '--retries', '0', '--concurrency', '1');
    expect(code).toBe(3);
    expect(all.held()).toEqual([['a lighthouse', 'held']]);
    expect((await all.json('queue')).document).toMatchObject({ counts: { waiting: 1, working: 0 } });
  });

  it.each([
    ['refused', refusalAnswer(), { refused: 1, failed: 0 }],
    [
      'unconfirmed',
      new Failure('unconfirmed', 'No answer came.', { charged: 'unknown' }),
      { unconfirmed: 1, failed: 0 },
    ],
  ] as const)('counts what was %s also while the queue cannot write it down', async (_, answer, counts) => {
    const all: Shop = shop(ONE, {
      script: [answer],
      deps: { queue: async () => queueOf(all, failsFirst('finish', 2)) },
    });
    await all.json('queue', 'add');
    const { document } = await all.json('work', '--until-empty', '--refusal-retries', '0');
    expect(document).toMatchObject(counts);
  });

  it('ends where the ledger does not know what became of a picture, and leaves that to the next', async () => {
    const late = new Failure('unconfirmed', 'No answer came.', { charged: 'unknown' });
    const all: Shop = shop(ONE, {
      script: [late],
      deps: {
        queue: async () => queueOf(all),
        books: async () => {
          const ledger = fakeLedger({ clock: all.clock, store: all.store, owner: 'this process' });
          const unconfirm = async () => Promise.reject(unreachable('yes'));
          return { ledger: { ...ledger, unconfirm }, journal: all.journal };
        },
      },
    });
    await all.json('queue', 'add');
    const { code, document } = await all.json('work', '--until-empty');
    expect([code, document]).toMatchObject([
      8,
      { taken: 1, returned: 0, spent: expect.stringMatching(/^0\.03/) },
    ]);
    expect(all.api.sent).toHaveLength(1);
  });

  it('proves now and then that answers have room, for as many as may be under way, and not for each picture', async () => {
    const late = async () => {
      all.clock.advance(10_000);
      return refusalAnswer('STOP');
    };
    const answer = async () => refusalAnswer('STOP');
    const prompts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = shop(`images: [${prompts.map((id) => `{ id: ${id}, prompt: ${id} }`).join()}]`, {
      script: [answer, answer, answer, late, answer, answer],
    });
    await all.json('queue', 'add');
    await all.json('work', '--until-empty', '--concurrency', '2', '--refusal-retries', '0');
    const MIB = 1_048_576;
    expect(all.journal.proven).toEqual([8 * MIB, 8 * MIB]);
  });

  it('sends nothing as long as the store of a picture takes none', async () => {
    const { json, pictureStore, api } = shop();
    const { prove } = pictureStore;
    pictureStore.prove = async () => {
      throw new Failure('usage', 'The store is full.');
    };
    await json('queue', 'add');
    const { code, stderr } = await json('work', '--until-empty', '--concurrency', '1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('The store is full.')]);
    expect(api.sent).toEqual([]);
    pictureStore.prove = prove;
    expect(await json('work', '--until-empty')).toMatchObject({ code: 0, document: { done: 2 } });
  });

  it('proves now and then that a store takes pictures, and not for each', async () => {
    const answer = async () => {
      all.clock.advance(4_000);
      return aPicture();
    };
    const prompts = ['a', 'b', 'c', 'd'];
    const all = shop(`images: [${prompts.map((id) => `{ id: ${id}, prompt: ${id} }`).join()}]`, {
      script: prompts.map(() => answer),
    });
    const proven: number[] = [];
    all.pictureStore.prove = async () => void proven.push(all.api.sent.length);
    await all.json('queue', 'add');
    await all.json('work', '--until-empty', '--concurrency', '1');
    expect(proven).toEqual([0, 3]);
  });

  it('buys no more as long as the store does not take what an earlier worker bought', async () => {
    const { json, alive, become, api } = fullStore();
    await json('queue', 'add');
    await json('work', '--concurrency', '1');
    alive.delete('one worker');
    become('the next worker');
    expect((await json('work', '--until-empty')).code).toBe(11);
    expect(api.sent).toHaveLength(1);
  });

  it('keeps a picture for pixtab recover that the store does not take, and takes no more', async () => {
    const { json, pictureStore, journal, put, alive, become } = fullStore();
    await json('queue', 'add');
    const { code, document } = await json('work', '--concurrency', '1');
    expect([code, document]).toMatchObject([11, { taken: 1, failed: 1 }]);
    expect(journal.answers.size).toBe(1);
    // The next worker of this machine finishes it first.
    pictureStore.put = put;
    alive.delete('one worker');
    become('the next worker');
    const next = await json('work', '--until-empty');
    expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining('of an earlier worker') });
    expect((await json('queue')).document).toMatchObject({ counts: { done: 2, failed: 0 } });
    expect(pictureStore.kept.size).toBe(2);
  });

  it('says once of an answer that nobody understands, and not each minute that it waits for more', async () => {
    const { json, pixtab, journal, clock, stop } = shop(MANIFEST, {
      script: [candidate([imagePart(Buffer.from('junk'), 'image/jpeg')])],
    });
    await json('queue', 'add');
    await json('work', '--until-empty', '--concurrency', '1');
    const until = clock.now() + 10 * 60_000;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      if (clock.now() > until) stop.abort();
      return sleep(ms, signal);
    };
    const { code, stderr } = await pixtab('work');
    expect([code, journal.answers.size]).toEqual([0, 1]);
    expect(stderr.match(/that could be read/g)).toHaveLength(1);
  });

  it('leaves an answer that apply on its machine puts in place, and not on stdout', async () => {
    const { pixtab, pictureStore, pictureFiles, api, put, alive, become } = fullStore(ONE);
    await pixtab('queue', 'add');
    expect((await pixtab('work')).code).toBe(11);
    pictureStore.put = put;
    alive.delete('one worker');
    become('apply');
    expect(await pixtab('apply')).toMatchObject({ code: 0, stdout: 'images/hero.jpg' });
    expect([...pictureFiles.files.keys()].toSorted()).toEqual([
      'images/hero.jpg',
      'pixtab.lock',
      'pixtab.yaml',
    ]);
    expect(api.sent).toHaveLength(1);
  });

  it('finishes what a worker left that died while this one was at work', async () => {
    const { json, pictureStore, journal, put, alive, become } = fullStore();
    await json('queue', 'add');
    await json('work', '--concurrency', '1');
    expect(journal.answers.size).toBe(1);
    become('another');
    pictureStore.put = async (...asked) => {
      alive.delete('one worker');
      await put(...asked);
    };
    const other = await json('work', '--until-empty');
    expect(other).toMatchObject({ code: 0, stderr: expect.stringContaining('of an earlier worker') });
    expect((await json('queue')).document).toMatchObject({ counts: { done: 2, failed: 0 } });
    expect(journal.answers.size).toBe(0);
  });

  it('tells what it does in lines of JSON, and nothing else', async () => {
    const { pixtab } = shop();
    await pixtab('queue', 'add');
    const { stderr, stdout } = await pixtab('work', '--until-empty', '--log', 'json', '--concurrency', '1');
    const lines = stderr.split('\n').map((line): Record<string, unknown> => JSON.parse(line));
    expect(stdout).toBe('');
    expect(lines.filter(({ event }) => event === 'ended')).toMatchObject([
      {
        level: 'info',
        name: 'hero',
        state: 'done',
        model: expect.any(String),
        cost: expect.stringMatching(/^0\./),
      },
      { name: 'icon', state: 'done' },
    ]);
    expect(new Set(lines.map(({ time }) => typeof time))).toEqual(new Set(['string']));
  });

  it('serves figures in the form of OpenMetrics, on this machine', async () => {
    let figures = '';
    const look = async () => {
      const [, url = ''] = /serve {2}(\S+)/.exec(said()) ?? [];
      const response = await fetch(url);
      expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
      figures = await response.text();
      return refusalAnswer();
    };
    let said = (): string => '';
    const { pixtab, deps } = shop(MANIFEST, {
      script: [refusalAnswer(), look],
      deps: {
        serveMetrics: async () => async (place, status) => {
          const served = await (await real())(place, status);
          said = () => `serve  ${served.url}`;
          expect(place.host).toBe('127.0.0.1');
          return served;
        },
      },
    });
    const real = world().deps.serveMetrics;
    expect(deps).toBeDefined();
    await pixtab('queue', 'add');
    await pixtab('work', '--until-empty', '--concurrency', '1', '--refusal-retries', '0', '--metrics', ':0');
    expect(figures).toMatch(/^pixtab_pictures_total\{state="refused",model="[^"]+"\} 1$/m);
    expect(figures).toMatch(/^pixtab_working_pictures 1$/m);
    expect(figures).toMatch(/^pixtab_queue_pictures\{state="working"\} 1$/m);
    expect(figures.trim()).toMatch(/# EOF$/);
  });
});
