import { Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import { readError } from './error-body.ts';
import type { RequestContext, Seen } from './row.ts';
import { rowFor } from './table.ts';
import type { Exchange } from '../http/fetch.ts';
import { statedWait } from './retry-after.ts';

/** A whole answer that is no error: worth keeping, whatever it holds. */
export const isGood = (exchange: Exchange): exchange is Exchange & { readonly status: number } =>
  exchange.broke === null && exchange.status !== null && exchange.status >= 200 && exchange.status < 300;

/** What an exchange that is not good means, for the user and for the money. */
export function failureOf(exchange: Exchange, context: RequestContext): Failure {
  const seen = look(exchange, context);
  const row = rowFor(seen);
  const { clean } = context.provider.credentials;
  const say = (text: string): string => printable(clean(text));
  const hint = typeof row.hint === 'function' ? row.hint(seen) : row.hint;
  return new Failure(row.kind, say(typeof row.message === 'function' ? row.message(seen) : row.message), {
    charged: row.charged,
    repeat: row.repeat ?? false,
    hint: hint === undefined ? undefined : say(hint),
    retryAfterSeconds: (row.wait ? row.wait(seen) : row.repeat ? seen.wait : null) ?? undefined,
    detail: say(detailOf(seen, clean)),
    met: row.met?.(seen),
    lost: row.lost ?? false,
  });
}

// Only ever possible before a connection stands, for engines that cannot be watched.
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

function look(exchange: Exchange, context: RequestContext): Seen {
  const { stage, status, broke, headers } = exchange;
  const { title, baseUrl, credentials } = context.provider;
  const text = isError(status) ? credentials.clean(new TextDecoder().decode(exchange.body)) : '';
  const raw = readError(text);
  const error = { ...raw, message: credentials.clean(raw.message) };
  return {
    ...context,
    exchange,
    unsent: stage === 'unsent' || NEVER_SENT.has(broke?.code ?? ''),
    status,
    error,
    wait: statedWait(headers, error, context.now),
    who: title,
    host: new URL(baseUrl).host,
  };
}

const isError = (status: number | null): boolean => status !== null && status >= 300;

const WHOLE = 20_000;
// Longer than any key in any spelling, so that cutting the text cannot leave half a key in it.
const MARGIN = 20_000;

const startOf = (body: Uint8Array): string => new TextDecoder().decode(body.subarray(0, WHOLE + MARGIN));

/** Everything that the other side said, for -v. */
function detailOf({ exchange, status }: Seen, clean: (text: string) => string): string {
  const { stage, broke, body } = exchange;
  const parts = [
    status === null ? `no answer, ${stage}` : `HTTP ${status}`,
    broke && [broke.by, broke.code, broke.message].filter(Boolean).join(' '),
    isError(status) && clean(startOf(body)).slice(0, WHOLE),
  ];
  return parts.filter(Boolean).join(': ');
}
