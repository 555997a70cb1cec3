import { readReply } from '../../../src/adapters/google/reply.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { Order } from '../../../src/core/order/order.ts';
import type { Answer, ImageApi, SendOptions } from '../../../src/ports/index.ts';
import { pictureAnswer } from '../answers.ts';
import { providerAt } from '../provider.ts';

/** The body of an answer, a failure, or what to do when asked. */
export type Scripted = object | Failure | ((order: Order, options: SendOptions) => Promise<object | Failure>);

export interface FakeApi extends ImageApi {
  /** Every order that was sent, in order. */
  readonly sent: readonly Order[];
}

const unsent = (): Failure => new Failure('cancelled', 'Cancelled before it was sent.', { charged: 'no' });

/** Answers from a script, and with a picture once it is used up. */
export function fakeApi(...script: readonly Scripted[]): FakeApi {
  const sent: Order[] = [];
  return {
    sent,
    preview: async ({ model, prompt }) => ({
      method: 'POST',
      url: `https://google.example/v1beta/models/${model.id}:${model.wire}`,
      body: { prompt },
    }),
    async send(order, options): Promise<Answer> {
      const { signal, stop, beforeSend } = options;
      if (signal.aborted || stop.aborted) throw unsent();
      await beforeSend();
      if (stop.aborted) throw unsent();
      const scripted = script[sent.length] ?? pictureAnswer();
      sent.push(order);
      const result = typeof scripted === 'function' ? await scripted(order, options) : scripted;
      if (result instanceof Failure) throw result;
      return { status: 200, body: Buffer.from(JSON.stringify(result)) };
    },
    read: (body, wire) => readReply(body, wire, providerAt('https://google.example')),
    fetchLinked: async () => ({ body: null, remarks: [] }),
  };
}
