import { expect, it } from 'vitest';
import { UNREAD, type Reply } from '../../src/core/order/reply.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { finishTurn } from '../../src/purchase/conversation-turn.ts';
import { aReply } from '../support/pricing.ts';

const PARTS = [{ text: 'part' }];
const unread = { reason: UNREAD.picture, message: '' };
const refused = { reason: 'IMAGE_SAFETY', message: '' };
const [picture] = aReply().images;
if (!picture) throw new Error('a reply has a picture');

/** What becomes of a turn with such an answer. */
async function turnOf(reply: Partial<Reply>): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  const sessions = {
    drop: async (id: string) => void told.push('dropped', id),
    finish: async (id: string, outcome: object) => {
      told.push('finished', id, outcome);
      return null;
    },
  };
  await finishTurn('attempt-1', { ...aReply(), ...reply }, { amount: usd('0.03') }, sessions);
  return told;
}

const finished = (outcome: object) => [
  'finished',
  'attempt-1',
  { answer: PARTS, cost: usd('0.03'), ...outcome },
];

it.each<[string, Partial<Reply>, readonly unknown[]]>([
  ['goes on from a picture', { parts: PARTS }, finished({ pictures: 1, words: '' })],
  [
    'keeps the words of its answer',
    { parts: PARTS, text: 'Here.' },
    finished({ pictures: 1, words: 'Here.' }),
  ],
  [
    'counts every picture of the answer, interim ones too',
    { parts: PARTS, extras: [picture, picture] },
    finished({ pictures: 3, words: '' }),
  ],
  [
    'goes on from a picture although the answer holds more that is not understood',
    { parts: PARTS, refusals: [unread] },
    finished({ pictures: 1, words: '' }),
  ],
  [
    'waits where its picture may be read later',
    { parts: PARTS, images: [], refusals: [refused, unread] },
    [],
  ],
  [
    'is dropped where it brought none',
    { parts: PARTS, images: [], refusals: [refused] },
    ['dropped', 'attempt-1'],
  ],
  ['is dropped where nothing can be sent back', {}, ['dropped', 'attempt-1']],
])('a turn %s', async (_, reply, told) => {
  expect(await turnOf(reply)).toEqual(told);
});
