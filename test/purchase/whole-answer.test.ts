import { describe, expect, it } from 'vitest';
import { readWhole } from '../../src/purchase/whole-answer.ts';
import { candidate, pictureAnswer } from '../support/answers.ts';
import { fakeApi } from '../support/fakes/api.ts';
import { aPlan } from '../support/purchases.ts';

const LINK = 'https://gateway.example/cat.png';
const bodyOf = (answer: object) => Buffer.from(JSON.stringify(answer));
const pointing = bodyOf(candidate([{ fileData: { fileUri: LINK } }]));
const whole = bodyOf(pictureAnswer());

/** Reads an answer; `steps` are what was done beside that, in order. */
async function read(body: Uint8Array, fetched: Uint8Array | null) {
  const steps: unknown[] = [];
  const api = fakeApi();
  const { reply, remarks } = await readWhole(body, aPlan(), {
    api: {
      read: (...asked) => (steps.push('read'), api.read(...asked)),
      async fetchLinked(links) {
        steps.push(links);
        return { body: fetched, remarks: ['It was at a gateway.'] };
      },
    },
    leave: new AbortController().signal,
    keep: async (kept) => steps.push(kept),
  });
  return { images: reply.images.length, remarks, steps };
}

describe('an answer', () => {
  it('that holds its picture is read, and nothing is fetched', async () => {
    expect(await read(whole, whole)).toEqual({ images: 1, remarks: [], steps: ['read'] });
  });

  it('that points to its picture is kept with it before anything is made of it: the address may end', async () => {
    expect(await read(pointing, whole)).toEqual({
      images: 1,
      remarks: ['It was at a gateway.'],
      steps: ['read', [LINK], whole, 'read'],
    });
  });

  it('that points to a picture which cannot be fetched stays as it came', async () => {
    expect(await read(pointing, null)).toEqual({
      images: 0,
      remarks: ['It was at a gateway.'],
      steps: ['read', [LINK]],
    });
  });
});
