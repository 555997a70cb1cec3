import { expect, it } from 'vitest';
import { subscriptionsTo } from '../../../src/adapters/mcp/subscriptions.ts';
import type { AgentContent } from '../../../src/ports/index.ts';

/** Texts that change, and what a client hears of them. */
function subscribed() {
  const texts = new Map<string, string>();
  const elsewhere = new Map<string, string>();
  const heard: string[] = [];
  const content = (uri: string): AgentContent | null => {
    const body = texts.get(uri);
    return body === undefined ? null : { mimeType: 'text/plain', body };
  };
  const subscriptions = subscriptionsTo(
    async () => ({
      tools: [],
      prompts: [],
      resources: {
        templates: [],
        list: async () => [],
        read: async (uri) => content(uri),
        async follow(uri) {
          if (uri === 'broken') throw new Error('no network');
          texts.set(uri, elsewhere.get(uri) ?? texts.get(uri) ?? '');
          return content(uri);
        },
      },
    }),
    async (uri) => void heard.push(uri),
  );
  return { texts, elsewhere, heard, subscriptions };
}

it('tells once of each change, and of nothing that reads as before', async () => {
  const { texts, heard, subscriptions } = subscribed();
  texts.set('a', 'one').set('b', 'one').set('c', 'one');
  await subscriptions.add('a');
  await subscriptions.add('b');
  await subscriptions.look('read');
  expect(heard).toEqual([]);
  texts.set('a', 'two').set('c', 'two');
  await subscriptions.look('read');
  await subscriptions.look('read');
  expect(heard).toEqual(['a']);
});

it('tells of what comes to be, and of what goes', async () => {
  const { texts, heard, subscriptions } = subscribed();
  await subscriptions.add('a');
  texts.set('a', 'there');
  await subscriptions.look('read');
  texts.delete('a');
  await subscriptions.look('read');
  expect(heard).toEqual(['a', 'a']);
});

it('looks elsewhere only where it is to follow, and goes on where that fails', async () => {
  const { texts, elsewhere, heard, subscriptions } = subscribed();
  texts.set('broken', '').set('job', 'open');
  elsewhere.set('job', 'done');
  await subscriptions.add('broken');
  await subscriptions.add('job');
  await subscriptions.look('read');
  expect(heard).toEqual([]);
  await subscriptions.look('follow');
  expect(heard).toEqual(['job']);
});

it('tells as long as anybody wants it', async () => {
  const { texts, heard, subscriptions } = subscribed();
  texts.set('a', 'one');
  await subscriptions.add('a', 7);
  await subscriptions.add('a', 8);
  subscriptions.removeAll(7);
  texts.set('a', 'two');
  await subscriptions.look('read');
  subscriptions.remove('a', 8);
  texts.set('a', 'three');
  await subscriptions.look('read');
  expect(heard).toEqual(['a']);
});
