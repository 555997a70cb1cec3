import { PROXY_FAILED } from '../http/proxy.ts';
import { isClientError, isGivenUp, isGooglesWord, sendsAway, type Row, type Seen } from './row.ts';

/** The request was not sent, so it is not charged. */
export const UNSENT: readonly Row[] = [
  {
    name: 'cancelled before the request',
    when: ({ unsent, exchange }) => unsent && exchange.broke?.by === 'caller',
    kind: 'cancelled',
    charged: 'no',
    message: 'Cancelled before it was sent.',
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
    hint: 'Check HTTPS_PROXY or ALL_PROXY, its user and password, or name the host in NO_PROXY.',
  },
  {
    name: 'proxy failed',
    when: ({ unsent, exchange }) => unsent && exchange.broke?.code === PROXY_FAILED,
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: ({ exchange }) => `Nothing was sent: ${exchange.broke?.message}.`,
    hint: 'Check HTTPS_PROXY or ALL_PROXY, or name the host in NO_PROXY.',
  },
  {
    name: 'no such host',
    when: ({ unsent, exchange }) => unsent && NO_HOST.has(exchange.broke?.code),
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
];

/** The request was sent, and no whole answer came back. */
export const UNANSWERED: readonly Row[] = [
  {
    name: 'cancelled while an error arrived',
    when: (seen) => seen.exchange.broke?.by === 'caller' && isRefusal(seen),
    kind: 'cancelled',
    charged: 'no',
    message: ({ status, who }) =>
      `Cancelled; ${who} had already answered with an error (${status}), which is not charged.`,
  },
  {
    name: 'cancelled while Google works',
    when: ({ exchange }) => exchange.broke?.by === 'caller',
    kind: 'cancelled',
    charged: 'unknown',
    message: ({ who }) =>
      `Cancelled after the request was sent: leaving does not stop ${who} from making and charging the image.`,
    hint: ({ provider }) => provider.advice.spending,
  },
  {
    name: 'timeout',
    when: (seen) => seen.exchange.broke?.by === 'timeout' && !isRefusal(seen),
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ timeoutMs, status }) =>
      status === null
        ? `No answer came within ${timeoutMs / 1_000} seconds; the image may have been charged.`
        : `The answer fell silent for ${timeoutMs / 1_000} seconds before its end; the image may have been charged.`,
    hint: ({ provider }) => `Give it longer with --timeout. ${provider.advice.spending}`,
  },
  {
    name: 'larger than any answer',
    when: ({ exchange }) => exchange.broke?.by === 'size',
    kind: 'unconfirmed',
    charged: 'unknown',
    message: 'The answer was larger than any picture and was left unread; it may have been charged.',
    hint: ({ provider }) => provider.advice.spending,
  },
  {
    name: 'broken off in a good answer',
    when: ({ exchange, status }) => exchange.broke !== null && status !== null && status < 300,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ exchange }) =>
      `The answer broke off in the middle (${why(exchange.broke)}); it may have been charged.`,
    hint: ({ provider }) => provider.advice.spending,
  },
  {
    name: 'connection lost',
    when: ({ status }) => status === null,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: ({ exchange }) =>
      `The connection broke after the request was sent (${why(exchange.broke)}); the image may have been charged.`,
    hint: ({ provider }) => provider.advice.spending,
  },
];

const NO_HOST: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const CERTIFICATE = /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;
const PROXY = /proxy response \((\d{3})\)/i;

/** Whether the status alone says that certainly no work was done. */
const isRefusal = (seen: Seen): boolean =>
  (seen.status === 503 && isGooglesWord(seen)) ||
  sendsAway(seen.status) ||
  (isClientError(seen.status) && !isGivenUp(seen));

const why = (broke: Seen['exchange']['broke']): string => {
  if (broke?.by === 'timeout') return 'it took too long';
  return broke?.code || broke?.message || 'no reason given';
};
