import { expect, it } from 'vitest';
import { QUOTE_MS } from '../../../src/commands/agent/quotes.ts';
import { refusalAnswer } from '../../support/answers.ts';
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
