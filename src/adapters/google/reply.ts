import type { Order } from '../../core/order/order.ts';
import { Failure } from '../../core/errors.ts';
import type { Reply } from '../../core/order/reply.ts';
import { printable } from '../../core/text/text.ts';
import type { Provider } from '../../ports/index.ts';
import { readCandidates } from './candidate.ts';
import { readPredictions } from './imagen.ts';

/**
 * Reads the body of a good answer, whether it has just arrived or comes out of the journal.
 * Throws Failure `unconfirmed` when the body makes no sense: it may have been paid for.
 */
export function readReply(
  body: Uint8Array,
  wire: Order['model']['wire'],
  provider: Pick<Provider, 'title' | 'advice' | 'credentials'>,
): Reply {
  const { clean } = provider.credentials;
  const json = parsed(body);
  if (!json || ('error' in json && json.error)) throw senseless(body, provider);
  const reply = wire === 'predict' ? readPredictions(json) : readCandidates(json);
  if (!reply) throw senseless(body, provider);
  return {
    ...reply,
    text: reply.text === null ? null : clean(reply.text),
    refusals: reply.refusals.map(({ reason, message }) => ({
      reason: printable(clean(reason)),
      message: printable(clean(message)),
    })),
  };
}

function parsed(body: Uint8Array): object | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    const only: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
    return typeof only === 'object' && only !== null && !Array.isArray(only) ? only : null;
  } catch {
    return null;
  }
}

const SHOWN = 2_000;
// Longer than any key, so that cutting the text cannot leave half a key in it.
const MARGIN = 1_000;

function senseless(
  body: Uint8Array,
  { title, advice, credentials }: Pick<Provider, 'title' | 'advice' | 'credentials'>,
): Failure {
  const start = new TextDecoder().decode(body.subarray(0, SHOWN + MARGIN));
  return new Failure(
    'unconfirmed',
    `${title} answered, but the answer makes no sense; it may have been charged.`,
    {
      hint: advice.spending,
      detail: `${body.byteLength} bytes: ${printable(credentials.clean(start).slice(0, SHOWN))}`,
    },
  );
}
