import type { Charged, FailureKind } from '../../core/errors.ts';
import { excerpt } from '../../core/text.ts';
import type { Seen } from './failures.ts';
import { nextPacificMidnight } from './pacific.ts';
import { PROXY_FAILED } from './proxy.ts';

/** One way in which an exchange goes wrong, and what it means for the money. */
export interface Row {
  /** For the reader of this table. */
  readonly name: string;
  readonly when: (seen: Seen) => boolean;
  readonly kind: FailureKind;
  readonly charged: Charged;
  /** The same request may succeed later, and was certainly not charged. */
  readonly repeat?: true;
  readonly message: string | ((seen: Seen) => string);
  readonly hint?: string | ((seen: Seen) => string | undefined);
  /** Seconds until it makes sense again; without it, what the server says, for what may be repeated. */
  readonly wait?: (seen: Seen) => number;
}

const SPENDING = 'Look at the spending in AI Studio before you ask again: https://aistudio.google.com/usage';
const BILLING = 'Link a billing account to the project of this key: https://aistudio.google.com/projects';
const KEYS = 'Make or check a key: https://aistudio.google.com/apikey';

/**
 * The first row that fits decides. What is charged: https://ai.google.dev/gemini-api/docs/billing, checked
 * 2026-09-20, says that errors 400 and 500 are not; every outcome that nobody can know is `unknown`.
 */
export const ROWS: readonly Row[] = [
  // ------------------------------------------------------------ nothing was sent
  {
    name: 'cancelled before the request',
    when: ({ unsent, exchange }) => unsent && exchange.broke?.by === 'caller',
    kind: 'cancelled',
    charged: 'no',
    message: 'Cancelled before anything was sent.',
  },
  {
    name: 'certificate not trusted',
    when: ({ unsent, exchange }) => unsent && CERTIFICATE.test(exchange.broke?.code ?? ''),
    kind: 'unavailable',
    charged: 'no',
    message: ({ host, exchange }) =>
      `The certificate of ${host} is not trusted (${exchange.broke?.code}); nothing was sent.`,
    hint: 'Where a proxy looks into the traffic, let NODE_EXTRA_CA_CERTS name the file with its certificate.',
  },
  {
    name: 'proxy refused',
    when: ({ unsent, exchange }) => unsent && PROXY.test(exchange.broke?.message ?? ''),
    kind: 'unavailable',
    charged: 'no',
    message: ({ exchange, host }) =>
      `The proxy refused a connection to ${host} (${PROXY.exec(exchange.broke?.message ?? '')?.[1]}); nothing was sent.`,
    hint: 'Check HTTPS_PROXY and its user and password, or name the host in NO_PROXY.',
  },
  {
    name: 'proxy failed',
    when: ({ unsent, exchange }) => unsent && exchange.broke?.code === PROXY_FAILED,
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: ({ exchange }) => `Nothing was sent: ${exchange.broke?.message}.`,
    hint: 'Check HTTPS_PROXY, or name the host in NO_PROXY.',
  },
  {
    name: 'no such host',
    when: ({ unsent, exchange }) => unsent && /^(ENOTFOUND|EAI_AGAIN)$/.test(exchange.broke?.code ?? ''),
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: ({ host }) => `The address of ${host} could not be found; nothing was sent.`,
    hint: 'Check the network connection, and the base URL if you set one.',
  },
  {
    name: 'never reached',
    when: ({ unsent }) => unsent,
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: ({ host, exchange }) =>
      `${host} could not be reached (${why(exchange.broke)}); nothing was sent.`,
    hint: 'Check the network connection, and the base URL if you set one.',
  },

  // ------------------------------------------------------------ sent, and no whole answer
  {
    name: 'cancelled while an error arrived',
    when: ({ status, exchange }) => exchange.broke?.by === 'caller' && isRefusal(status),
    kind: 'cancelled',
    charged: 'no',
    message: ({ status }) =>
      `Cancelled; Google had already answered with an error (${status}), which is not charged.`,
  },
  {
    name: 'cancelled while Google works',
    when: ({ exchange }) => exchange.broke?.by === 'caller',
    kind: 'unconfirmed',
    charged: 'unknown',
    message:
      'Cancelled after the request was sent: leaving does not stop Google from making and charging the image.',
    hint: SPENDING,
  },
  {
    name: 'timeout',
    when: ({ exchange, status }) => exchange.broke?.by === 'timeout' && !isRefusal(status),
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ timeoutMs }) =>
      `No complete answer within ${timeoutMs / 1_000} seconds; the image may have been charged.`,
    hint: `Give it longer with --timeout. ${SPENDING}`,
  },
  {
    name: 'larger than any answer',
    when: ({ exchange }) => exchange.broke?.by === 'size',
    kind: 'unconfirmed',
    charged: 'unknown',
    message: 'The answer was larger than any picture and was left unread; it may have been charged.',
    hint: SPENDING,
  },
  {
    name: 'broken off in a good answer',
    when: ({ exchange, status }) => exchange.broke !== null && status !== null && status < 300,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ exchange }) =>
      `The answer broke off in the middle (${why(exchange.broke)}); it may have been charged.`,
    hint: SPENDING,
  },
  {
    name: 'connection lost',
    when: ({ status }) => status === null,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ exchange }) =>
      `The connection broke after the request was sent (${why(exchange.broke)}); the image may have been charged.`,
    hint: SPENDING,
  },

  // ------------------------------------------------------------ the account
  {
    name: 'key refused',
    when: ({ status, error }) => status === 401 || (status === 400 && BAD_KEY.test(evidence(error))),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `Google refused the API key: ${said(seen)}`,
    hint: KEYS,
  },
  {
    name: 'credits used up',
    when: ({ status, error }) => status === 402 || (status === 429 && CREDITS.test(error.message)),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `The account has no credit left: ${said(seen)}`,
    hint: BILLING,
  },
  {
    name: 'location or billing',
    when: ({ status, error }) => status === 400 && PRECONDITION.test(error.message),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `Google does not serve this account or place: ${said(seen)}`,
    hint: 'Where the API can be used: https://ai.google.dev/gemini-api/docs/available-regions',
  },
  {
    name: 'no permission',
    when: ({ status, error }) => status === 403 && (error.google || error.message === ''),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `Google does not let this key in: ${said(seen)}`,
    hint: ({ error }) =>
      /leaked/i.test(error.message) ? `Delete the key and make another. ${KEYS}` : (error.link ?? KEYS),
  },

  // ------------------------------------------------------------ limits: five things under one number
  {
    name: 'no quota without billing',
    when: ({ status, error }) =>
      status === 429 &&
      (LIMIT_ZERO.test(error.message) ||
        error.violations.some(
          ({ quotaId, limit }) => /free_?tier/i.test(quotaId) && (limit === null || limit === 0),
        )),
    kind: 'auth',
    charged: 'no',
    message: 'This key has no quota for image models: Google sells them only to projects with billing.',
    hint: BILLING,
  },
  {
    name: 'monthly cap',
    when: ({ status, error }) =>
      status === 429 && /spend(ing)? cap|monthly (spend|budget|cap|limit)/i.test(error.message),
    kind: 'rate-limited',
    charged: 'no',
    message: (seen) => `The project has reached its monthly spending cap: ${said(seen)}`,
    hint: 'Raise the cap in AI Studio, or wait for the next month: https://aistudio.google.com/spend',
  },
  {
    name: 'spend rate',
    when: ({ status, error }) =>
      status === 429 &&
      /spend(ing)?[ -]?(rate|limit)|(10|ten)[ -]?min/i.test(`${error.message} ${quotas(error)}`),
    kind: 'rate-limited',
    charged: 'no',
    repeat: true,
    message: 'The project spends faster than Google allows within ten minutes.',
    hint: 'Wait some minutes, lower --concurrency, or move to a higher tier.',
    wait: ({ wait }) => Math.max(wait ?? 0, SPEND_WINDOW_SECONDS),
  },
  {
    name: 'per day',
    when: ({ status, error }) =>
      status === 429 && /per ?day|daily/i.test(`${error.message} ${quotas(error)}`),
    kind: 'rate-limited',
    charged: 'no',
    message: (seen) =>
      `The daily quota of ${seen.model} is used up until midnight Pacific time (${midnight(seen)}).`,
    hint: 'Wait until then, take another model with -m, or ask for more: https://aistudio.google.com/rate-limit',
    // The server's own word is for a quota of a minute, and wrong here.
    wait: ({ now }) => Math.ceil((nextPacificMidnight(now) - now) / 1_000),
  },
  {
    name: 'per minute',
    when: ({ status }) => status === 429,
    kind: 'rate-limited',
    charged: 'no',
    repeat: true,
    message: ({ model, wait }) =>
      `${model} takes no more requests for now${wait === null ? '' : `; Google asks to wait ${seconds(wait)}`}.`,
    hint: 'Lower --concurrency, or see your limits: https://aistudio.google.com/rate-limit',
  },

  // ------------------------------------------------------------ the request
  {
    name: 'prompt blocked by Imagen',
    when: ({ status, error }) =>
      status === 400 && /could not be submitted|support codes?:/i.test(error.message),
    kind: 'refused',
    charged: 'no',
    message: (seen) => `The prompt was refused: ${said(seen)}`,
    hint: 'Say it differently, or try another model with -m.',
  },
  {
    name: 'model gone',
    when: ({ status, error }) => status === 404 && error.google,
    kind: 'unavailable-model',
    charged: 'no',
    message: (seen) => `Google has no model ${seen.model} for this key: ${said(seen)}`,
    hint: 'See what can be bought: pixtab models',
  },
  {
    name: 'too large',
    when: ({ status }) => status === 413,
    kind: 'usage',
    charged: 'no',
    message: (seen) => `The request is too large for Google: ${said(seen)}`,
    hint: 'Use fewer or smaller input images; a request holds 100 MB.',
  },
  {
    name: 'given up on the way',
    when: ({ status }) => status === 499,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: (seen) => `The request was cancelled on its way; the image may have been charged: ${said(seen)}`,
    hint: SPENDING,
  },
  {
    name: 'not accepted',
    when: ({ status, error }) => isClientError(status) && error.google,
    kind: 'usage',
    charged: 'no',
    message: (seen) => `Google did not accept the request: ${said(seen)}`,
  },
  {
    name: 'not the API',
    when: ({ status }) => isClientError(status),
    kind: 'unavailable',
    charged: 'no',
    message: (seen) => `${seen.host} answered ${seen.status}, and not as the Gemini API does: ${said(seen)}`,
    hint: 'Check the base URL and the proxy.',
  },
  {
    name: 'redirect',
    when: ({ status }) => status !== null && status < 400,
    kind: 'unavailable',
    charged: 'no',
    message: ({ host, status, exchange }) =>
      `${host} answered ${status} and points to ${place(exchange.headers)}; the key does not follow a redirect.`,
    hint: 'Check the base URL and the proxy.',
  },

  // ------------------------------------------------------------ the service
  {
    name: 'overloaded',
    when: ({ status }) => status === 503,
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: (seen) => `Google is overloaded: ${said(seen)}`,
    hint: 'Try again later, or take another model with -m.',
  },
  {
    name: 'error inside Google',
    when: ({ status, error }) => status === 500 && error.google,
    kind: 'unavailable',
    charged: 'no',
    message: (seen) => `Google failed: ${said(seen)}`,
    hint: 'Try again; a large input image is a frequent reason.',
  },
  {
    name: 'anything else',
    when: () => true,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: (seen) => `${seen.host} answered ${seen.status}; the image may have been charged: ${said(seen)}`,
    hint: SPENDING,
  },
];

const CERTIFICATE = /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;
const PROXY = /proxy response \((\d{3})\)/i;
const BAD_KEY = /API_KEY_(INVALID|EXPIRED)|API key (not valid|not found|expired)/i;
const CREDITS =
  /credits? (are|is|have been) (depleted|exhausted|used up)|payment_required|billing .*(disabled|not enabled)/i;
const PRECONDITION =
  /location is not supported|not available in your (country|region)|enable billing|billing .*(disabled|not enabled)/i;
const LIMIT_ZERO = /\blimit: 0(?![\d.])/;
// The window of the limit is ten minutes and slides, so some of it is free again before.
// https://ai.google.dev/gemini-api/docs/rate-limits, checked 2026-08-18
const SPEND_WINDOW_SECONDS = 300;

const isClientError = (status: number | null): boolean => status !== null && status >= 400 && status < 500;

/** An answer by which Google certainly did no work, whatever its body says. */
const isRefusal = (status: number | null): boolean =>
  status === 503 || (status !== null && status >= 300 && status < 500 && status !== 499);

const quotas = ({ violations }: Seen['error']): string => violations.map(({ quotaId }) => quotaId).join(' ');

const evidence = ({ message, reasons }: Seen['error']): string => `${reasons.join(' ')} ${message}`;

/** The server's own words, short enough for one line. */
function said({ error, status }: Seen): string {
  const words = excerpt(error.message, 200);
  return words === '' ? `no reason given (HTTP ${status}).` : words;
}

const why = (broke: Seen['exchange']['broke']): string => {
  if (broke?.by === 'timeout') return 'it took too long';
  return (broke?.code || broke?.message) ?? 'no reason given';
};

/** Only the host: a path may carry anything. */
function place(headers: Headers): string {
  const location = headers.get('location') ?? '';
  return URL.canParse(location) ? new URL(location).host : 'another place';
}

const seconds = (wait: number): string => `${Math.ceil(wait)} second${Math.ceil(wait) === 1 ? '' : 's'}`;

function midnight({ now, timeZone }: Seen): string {
  const here = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone && { timeZone }),
  });
  return `${here.format(nextPacificMidnight(now))} for you`;
}
