import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../src/ports/index.ts';
import { painter, type Painter } from '../../src/sandbox/placeholders.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';

/** The sandbox as the API of every scenario of a worker, and what arrives there. */
export interface Api extends Pick<Sandbox, 'url' | 'control' | 'close'> {
  /** Requests that may cost something, since the last reset. */
  sent(): number;
  /** Runs once, when the next request arrives that may cost something. */
  onSent(act: () => void): void;
  /** Runs once, when such a request has met its fault and its work is done, whatever becomes of the answer. */
  onWorked(act: () => void): void;
  reset(): void;
}

const PAID = /:(generateContent|predict|batchGenerateContent)$/;

export async function openApi(clock: Clock): Promise<Api> {
  const { url, control, close } = await startSandbox({ clock, painter: small(painter()) });
  let sent = 0;
  let waiting: (() => void)[] = [];

  function onRequest(message: unknown): void {
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host !== new URL(url).host || !PAID.test(request.url ?? '')) return;
    sent += 1;
    const due = waiting;
    waiting = [];
    for (const act of due) act();
  }

  const arrivals = channel('http.server.request.start');
  arrivals.subscribe(onRequest);
  const onSent = (act: () => void): void => void waiting.push(act);
  return {
    url,
    control,
    sent: () => sent,
    onSent,
    onWorked: (act) =>
      onSent(() => {
        const look = (): void => {
          if (control.pending().length > 0) setImmediate(look);
          // What is charged then is charged within this turn and the next.
          else setImmediate(() => setImmediate(act));
        };
        look();
      }),
    reset() {
      control.reset();
      sent = 0;
      waiting = [];
    },
    async close() {
      arrivals.unsubscribe(onRequest);
      await close();
    },
  };
}

/** Nothing here depends on how large a picture is, and a small one takes a twentieth of the time. */
const small = ({ paint }: Painter): Painter => ({
  paint: (wanted) => paint({ ...wanted, width: 256, height: 256 }),
});
