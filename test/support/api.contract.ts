import { describe, expect, it } from 'vitest';
import { usd } from '../../src/core/pricing/money.ts';
import type { ImageApi, SendOptions } from '../../src/ports/index.ts';
import { PIXEL, pictureAnswer, refusalAnswer } from './answers.ts';
import { rejection } from './failure.ts';
import { anOrder } from './pricing.ts';

/** What the other side does with one request: answers, is overloaded, or takes it and is never heard of again. */
export type Happening = { readonly answer: object } | 'overloaded' | 'lost';

export interface Subject extends AsyncDisposable {
  readonly api: ImageApi;
  /** Requests that reached the other side. */
  readonly requests: () => number;
}

export function sendOptions(changes: Partial<SendOptions> = {}): SendOptions {
  return {
    signal: new AbortController().signal,
    stop: new AbortController().signal,
    timeoutMs: 5_000,
    retries: 0,
    retryBudgetMs: 0,
    cost: usd('0.03'),
    beforeSend: async () => undefined,
    onRetry: async () => undefined,
    ...changes,
  };
}

/** What every ImageApi keeps to, the fake one included. */
export function apiContract(
  name: string,
  open: (...happenings: readonly Happening[]) => Promise<Subject>,
): void {
  const order = anOrder('gemini-3-pro-image');

  describe(`${name} as an ImageApi`, () => {
    it('hands back the answer as it came, and reads it', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      const { status, body } = await subject.api.send(order, sendOptions());
      expect(status).toBe(200);
      expect(JSON.parse(Buffer.from(body).toString())).toEqual(pictureAnswer());
      const { images, refusals } = subject.api.read(body, 'generateContent');
      expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PIXEL]);
      expect(refusals).toEqual([]);
    });

    it('gives a refusal as a value: it may be billed', async () => {
      await using subject = await open({ answer: refusalAnswer() });
      const { body } = await subject.api.send(order, sendOptions());
      expect(subject.api.read(body, 'generateContent')).toMatchObject({
        images: [],
        refusals: [{ reason: 'IMAGE_SAFETY', message: 'The image was filtered out.' }],
        usage: { prompt: 22, candidates: 0, total: 22 },
      });
    });

    it('sends nothing before beforeSend has run to its end', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      let requestsThen: number | null = null;
      const beforeSend = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        requestsThen = subject.requests();
      };
      await subject.api.send(order, sendOptions({ beforeSend }));
      expect(requestsThen).toBe(0);
      expect(subject.requests()).toBe(1);
    });

    it('sends nothing when beforeSend fails, and says why', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      const options = sendOptions({ beforeSend: () => Promise.reject(new Error('the disk is full')) });
      await expect(subject.api.send(order, options)).rejects.toThrow('the disk is full');
      expect(subject.requests()).toBe(0);
    });

    it('sends nothing for a caller who has left', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      let begun = false;
      const options = sendOptions({
        signal: AbortSignal.abort(),
        beforeSend: async () => {
          begun = true;
        },
      });
      expect(await rejection(subject.api.send(order, options))).toMatchObject({
        kind: 'cancelled',
        charged: 'no',
      });
      expect([begun, subject.requests()]).toEqual([false, 0]);
    });

    it('sends nothing for a caller who stopped while the books were written', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      const stop = new AbortController();
      const options = sendOptions({ stop: stop.signal, beforeSend: async () => stop.abort() });
      expect(await rejection(subject.api.send(order, options))).toMatchObject({
        kind: 'cancelled',
        charged: 'no',
        repeat: false,
      });
      expect(subject.requests()).toBe(0);
    });

    it('may repeat an overload, which is not charged', async () => {
      await using subject = await open('overloaded');
      const failure = await rejection(subject.api.send(order, sendOptions()));
      expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no', repeat: true });
      expect(subject.requests()).toBe(1);
    });

    it('never repeats what was sent and never answered', async () => {
      await using subject = await open('lost');
      const failure = await rejection(
        subject.api.send(order, sendOptions({ retries: 3, retryBudgetMs: 60_000 })),
      );
      expect(failure).toMatchObject({ kind: 'unconfirmed', charged: 'unknown', repeat: false });
      expect(subject.requests()).toBe(1);
    });

    it('shows a request without reaching anything', async () => {
      await using subject = await open({ answer: pictureAnswer() });
      const { method, url, body } = await subject.api.preview(order);
      expect(method).toBe('POST');
      expect(url).toContain('/v1beta/models/gemini-3-pro-image:generateContent');
      expect(JSON.stringify(body)).toContain('a lighthouse at dusk');
      expect(subject.requests()).toBe(0);
    });

    it('says that an answer without sense may have been charged', async () => {
      await using subject = await open();
      const read = async () => subject.api.read(Buffer.from('<html>'), 'generateContent');
      expect(await rejection(read())).toMatchObject({ kind: 'unconfirmed', charged: 'unknown' });
    });
  });
}
