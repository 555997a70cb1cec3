import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { LONGEST_WAIT_MS } from '../../../src/commands/agent/keyed.ts';
import { QUOTE_MS } from '../../../src/commands/agent/quotes.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { aPicture, world } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { agentOver, isAnswer } from './agent.ts';

it('answers the same under a key, though the allowance is used up meanwhile, and buys nothing more', async () => {
  const agent = await agentOver(['--allowance', '0.05']);
  const order = await agent.order({ prompt: 'a lighthouse', name: 'lighthouse' });
  const { repeated: _, text: __, ...first } = await agent.call('generate_image', order);
  const again = await agent.call('generate_image', order);
  expect(again).toMatchObject({ ...first, repeated: true });
  expect(agent.api.sent).toHaveLength(1);
});

it('takes a quote for as long as it says, and not after', async () => {
  const agent = await agentOver();
  const order = await agent.order({ prompt: 'a lighthouse' });
  agent.clock.advance(QUOTE_MS + 1);
  expect(await agent.call('generate_image', order)).toMatchObject({ error: { code: 'quote-expired' } });
  expect(agent.api.sent).toHaveLength(0);
});

it('puts what is dear to the user where the client can ask, and buys it only after a yes', async () => {
  const agent = await agentOver(['--allowance', '9', '--ask-above', '0.01']);
  const order = await agent.order({ prompt: 'a lighthouse' });
  const can = { ask: true, listRoots: false };
  const asked = await agent.raw('generate_image', order, { can });
  expect(isAnswer(asked) ? null : asked.question).toMatch(/^1 picture from .* Buy it\?$/);
  const answers = { agreed: false };
  expect(await agent.call('generate_image', order, { can, answers })).toMatchObject({
    outcome: 'cancelled',
    error: { code: 'declined' },
  });
  expect(agent.api.sent).toHaveLength(0);
  expect(await agent.call('generate_image', order, { can, answers: { agreed: true } })).toMatchObject({
    outcome: 'ok',
  });
});

it('asks the user for nothing that --max-cost refuses all the same', async () => {
  const agent = await agentOver(['--allowance', '9', '--ask-above', '0.01', '--max-cost', '0.02']);
  const order = await agent.order({ prompt: 'a lighthouse' });
  const can = { ask: true, listRoots: false };
  expect(await agent.call('generate_image', order, { can })).toMatchObject({
    charged: 'no',
    error: { code: 'over-max-cost' },
  });
  expect(agent.api.sent).toHaveLength(0);
});

it('reads pictures of the roots of the client, and asks for them only where it must', async () => {
  const agent = await agentOver();
  const can = { ask: false, listRoots: true };
  const inside = { prompt: 'blue', images: ['photo.jpg'] };
  expect(isAnswer(await agent.raw('estimate_image', inside, { can }))).toBe(true);
  const outside = { prompt: 'blue', images: ['/secret/key.png'] };
  expect(await agent.raw('estimate_image', outside, { can })).toMatchObject({ wantsRoots: true });
  const answers = { roots: ['file:///secret'] };
  const order = await agent.order(outside, { can, answers });
  expect(await agent.call('edit_image', order, { can, answers })).toMatchObject({ outcome: 'ok' });
});

it('says that a paid answer is lost where nothing could keep it, and sends nobody to recover it', async () => {
  const agent = await agentOver();
  const order = await agent.order({ prompt: 'a lighthouse', name: 'lighthouse' });
  agent.journal.failOnce();
  agent.pictureFiles.breaks('put', 'no space left');
  const { error, mayFollow, text } = await agent.call('generate_image', order);
  expect(error).toMatchObject({ kind: 'disk', code: 'answer-lost', hint: mayFollow });
  expect(mayFollow).toMatch(/nothing could keep it/);
  expect(text).not.toMatch(/recover/);
});

describe('what is bought and cannot be told', () => {
  const broken = new Failure('usage', 'config.json cannot be read (EIO).');

  it.each([
    ['though its picture is there', false, { outcome: 'usage', error: { code: 'untold' } }],
    ['nor kept by anything', true, { outcome: 'disk', error: { code: 'answer-lost' } }],
  ])('is charged all the same, %s', async (_, isLost, told) => {
    const { deps, journal } = world();
    let isBroken = false;
    const agent = await agentOver(undefined, {
      script: [
        async () => {
          isBroken = true;
          return aPicture();
        },
      ],
      deps: { books: async (which) => (isBroken ? Promise.reject(broken) : deps.books(which)) },
    });
    const order = await agent.order({ prompt: 'a lighthouse', name: 'lighthouse' });
    if (isLost) {
      journal.failOnce();
      agent.pictureFiles.breaks('put', 'no space left');
    }
    const answer = await agent.call('generate_image', order);
    expect(answer).toMatchObject({ ...told, charged: 'yes', isError: true });
    expect(answer.mayFollow).not.toMatch(/Nothing was/);
    expect(answer.error.hint).toBe(answer.mayFollow);
    isBroken = false;
    expect(await agent.call('generate_image', order)).toMatchObject({ charged: 'yes', repeated: true });
    isBroken = true;
    expect(await agent.call('generate_image', order)).toMatchObject({ outcome: 'usage', charged: 'no' });
    expect(agent.api.sent).toHaveLength(1);
  });
});

it('finishes nothing that is still being bought', async () => {
  const agent = await agentOver();
  const order = await agent.order({ prompt: 'a lighthouse', name: 'lighthouse' });
  const { put } = agent.pictureFiles;
  let meanwhile: unknown = null;
  agent.pictureFiles.put = async (...asked) => {
    agent.pictureFiles.put = put;
    meanwhile = await agent.call('recover', {});
    return put(...asked);
  };
  const bought = await agent.call('generate_image', order);
  expect(meanwhile).toMatchObject({ finished: [], error: null });
  expect(bought).toMatchObject({ outcome: 'ok', images: [{ path: '/art/lighthouse.jpg' }] });
});

describe('asked again under its key, a purchase', () => {
  const ORDER = { prompt: 'a lighthouse', name: 'lighthouse' };
  const LOST = {
    outcome: 'disk',
    charged: 'yes',
    repeated: true,
    images: [],
    error: { kind: 'disk', code: 'answer-lost' },
    mayFollow: expect.stringMatching(/nothing could keep it/),
  };

  it('whose answer is lost is told to be lost, and is not bought again', async () => {
    const agent = await agentOver();
    const order = await agent.order(ORDER);
    agent.journal.failOnce();
    agent.pictureFiles.breaks('put', 'no space left');
    await agent.call('generate_image', order);
    agent.pictureFiles.breaks('put', null);
    const again = await agent.call('generate_image', order);
    expect(again).toMatchObject(LOST);
    expect(again.text).not.toMatch(/recover|kept:/);
    expect(agent.api.sent).toHaveLength(1);
  });

  it('whose picture has no place yet is put in its place, as soon as that works', async () => {
    const agent = await agentOver();
    const order = await agent.order(ORDER);
    agent.pictureFiles.breaks('put', 'no space left');
    await agent.call('generate_image', order);
    expect(await agent.call('generate_image', order)).toMatchObject({
      outcome: 'disk',
      charged: 'yes',
      mayFollow: 'It is paid for and kept: call recover.',
    });
    agent.pictureFiles.breaks('put', null);
    expect(await agent.call('generate_image', order)).toMatchObject({
      outcome: 'ok',
      repeated: true,
      images: [{ path: '/art/lighthouse.jpg' }],
    });
    expect(agent.api.sent).toHaveLength(1);
  });

  it('of two pictures, of which one has no place yet, sends nobody to buy that one again', async () => {
    const agent = await agentOver();
    const order = await agent.order({ ...ORDER, count: 2 });
    const { put } = agent.pictureFiles;
    agent.pictureFiles.put = async (path, ...rest) => {
      if (path.includes('-2')) throw new Failure('disk', 'no space left');
      return put(path, ...rest);
    };
    const { repeated: _, text: __, error: ___, ...first } = await agent.call('generate_image', order);
    expect(first).toMatchObject({
      outcome: 'disk',
      images: [{}],
      mayFollow: expect.stringMatching(/recover/),
    });
    expect(await agent.call('generate_image', order)).toMatchObject({ ...first, repeated: true });
  });

  it('that is under way is waited for, though its answer could not be kept', async () => {
    const agent = await agentOver();
    const order = await agent.order(ORDER);
    agent.journal.failOnce();
    const { put } = agent.pictureFiles;
    agent.pictureFiles.put = async (...picture) => {
      // Billed, kept nowhere, and not saved: as one that is lost, but for whoever is at it.
      while (agent.clock.waits.length < 3) await Promise.resolve();
      return put(...picture);
    };
    const answers = await Promise.all([0, 1].map(() => agent.call('generate_image', order)));
    expect(answers.map(({ images }) => images)).toEqual([[expect.anything()], [expect.anything()]]);
    expect(answers.map(({ repeated }) => repeated)).toEqual([false, true]);
    expect(answers[1].outcome).toBe('ok');
    expect(agent.api.sent).toHaveLength(1);
  });

  it('that takes long is told to be under way, after a while', async () => {
    const script = [
      async () => {
        while (agent.clock.now() < start + LONGEST_WAIT_MS) await Promise.resolve();
        return aPicture();
      },
    ];
    const agent = await agentOver(undefined, { script });
    const start = agent.clock.now();
    const order = await agent.order(ORDER);
    const [first, second] = await Promise.all([0, 1].map(() => agent.call('generate_image', order)));
    expect(second).toMatchObject({ outcome: 'pending', repeated: true, isError: false });
    expect(second.mayFollow).toMatch(/ask again later with the same idempotency_key/);
    expect(first).toMatchObject({ outcome: 'ok', repeated: false });
  });

  it('of another machine is told to be there, where it may be kept', async () => {
    const there = await agentOver();
    const order = await there.order(ORDER);
    there.pictureFiles.breaks('put', 'no space left');
    await there.call('generate_image', order);
    const { ledger } = await there.deps.books({ sandbox: false });
    const receipts: typeof ledger.receipts = async (query) =>
      (await ledger.receipts(query)).map((receipt) => ({ ...receipt, elsewhere: 'desk' }));
    const books = async () => ({ ledger: { ...ledger, receipts }, journal: fakeJournal() });
    const here = await agentOver(undefined, { deps: { books } });
    const again = await here.call('generate_image', order);
    expect(again).toMatchObject({ outcome: 'disk', charged: 'yes', repeated: true });
    expect(again.error.message).toBe('It was asked for on desk, and its answer may be kept there.');
    expect(again.mayFollow).toMatch(/^It is paid for: tell the person you work for/);
    expect(here.api.sent).toHaveLength(0);
  });
});

it('gives a picture of several a name of its own, and replaces nothing', async () => {
  const agent = await agentOver();
  const order = await agent.order({ prompt: 'a lighthouse', count: 2, name: 'pair.jpg' });
  const { images } = await agent.call('generate_image', order);
  expect(images.map(({ path }: { path: string }) => path)).toEqual(['/art/pair-1.jpg', '/art/pair-2.jpg']);
  const taken = { ...(await agent.order({ prompt: 'a cat', name: 'photo.jpg' })), idempotency_key: 'taken' };
  expect(await agent.call('generate_image', taken)).toMatchObject({ error: { code: 'name-taken' } });
});

it('says of a refusal what it cost, and that the same words would cost it again', async () => {
  const agent = await agentOver(undefined, { script: [refusalAnswer('IMAGE_SAFETY')] });
  const answer = await agent.call('generate_image', await agent.order({ prompt: 'a lighthouse' }));
  expect(answer).toMatchObject({ outcome: 'refused', isError: true, images: [], error: { code: 'refused' } });
  expect(answer.mayFollow).toMatch(/^Change the prompt/);
  expect(Number(answer.cost.amount)).toBeGreaterThan(0);
});

it('shows a person what the agent bought, and nobody else’s purchases to the agent', async () => {
  const agent = await agentOver();
  await agent.pixtab('a private picture');
  await agent.call('generate_image', await agent.order({ prompt: 'a lighthouse' }));
  const { requests } = await agent.call('spending', {});
  expect(requests.map(({ prompt }: { prompt: string }) => prompt)).toEqual(['a lighthouse']);
  expect((await agent.abilities.resources.list()).every(({ about }) => !about.includes('private'))).toBe(
    true,
  );
});
