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

const JOB = ':batchGenerateContent';
const PAID = /:(generateContent|predict|batchGenerateContent)$/;

export async function openApi(clock: Clock): Promise<Api> {
  const { url, control, close } = await startSandbox({ clock, painter: small(painter()) });
  let sent = 0;
  let round = 0;
  let waiting: ((path: string) => void)[] = [];

  function onRequest(message: unknown): void {
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host !== new URL(url).host || !PAID.test(request.url ?? '')) return;
    sent += 1;
    const due = waiting;
    waiting = [];
    for (const act of due) act(request.url ?? '');
  }

  const arrivals = channel('http.server.request.start');
  arrivals.subscribe(onRequest);
  const onSent = (act: (path: string) => void): void => void waiting.push(act);
  return {
    url,
    control,
    sent: () => sent,
    onSent,
    onWorked: (act) =>
      onSent((path) => {
        const { charged } = control.account();
        const began = round;
        // A job is made in the turn in which its fault is met; a picture has to be drawn before it is charged.
        const isDone = (): boolean =>
          control.pending().length === 0 && (path.endsWith(JOB) || control.account().charged > charged);
        const look = (): void => {
          if (round !== began) return;
          if (isDone()) setImmediate(act);
          else setImmediate(look);
        };
        look();
      }),
    reset() {
      control.reset();
      round += 1;
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
