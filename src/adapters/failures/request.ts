import { isClientError, isGivenUp, said, sendsAway, type Row } from './row.ts';

/** Said like a matter of permission, and so looked at before the account. */
export const FILES: readonly Row[] = [
  {
    name: 'file gone',
    when: ({ status, error }) => (status === 403 || status === 404) && LOST_FILE.test(error.message),
    kind: 'unavailable',
    charged: 'no',
    lost: true,
    message: ({ who }) => `${who} does not find a file that the request refers to; nothing was charged.`,
    hint: 'Try again: what is gone is uploaded anew.',
  },
];

// A file of another key is answered for like one that is not there.
const LOST_FILE = /\bfiles?\b.*(?:may not|does not|do not|doesn't) exist|\bfiles?\b.*not found/i;

export const REQUEST: readonly Row[] = [
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
    when: ({ status, error }) => status === 404 && error.isApi,
    kind: 'unavailable-model',
    charged: 'no',
    message: (seen) => `${seen.who} has no model ${seen.model} for this key: ${said(seen)}`,
    hint: 'See what can be bought: pixtab models',
  },
  {
    name: 'too large',
    when: ({ status }) => status === 413,
    kind: 'usage',
    charged: 'no',
    message: (seen) => `The request is too large for ${seen.who}: ${said(seen)}`,
    hint: 'Use fewer or smaller input images; a request holds 100 MB.',
  },
  {
    name: 'given up on the way',
    when: isGivenUp,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: (seen) => `The request was cancelled on its way; the image may have been charged: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.spending,
  },
  {
    name: 'session',
    when: ({ status, error }) => isClientError(status) && /thought.?signature/i.test(error.message),
    kind: 'usage',
    charged: 'no',
    message: (seen) => `${seen.who} does not take an earlier answer of this session back: ${said(seen)}`,
    hint: 'pixtab edit PICTURE -p "…" begins anew from the last picture; pixtab edit --undo takes the last turn back.',
  },
  {
    name: 'not accepted',
    when: ({ status, error }) => isClientError(status) && error.isApi,
    kind: 'usage',
    charged: 'no',
    message: (seen) => `${seen.who} did not accept the request: ${said(seen)}`,
  },
  {
    name: 'not the API',
    when: ({ status }) => isClientError(status),
    kind: 'unavailable',
    charged: 'no',
    message: (seen) => `${seen.host} answered ${seen.status}, and not as an API does: ${said(seen)}`,
    hint: 'Check the base URL and the proxy.',
  },
  {
    name: 'redirect',
    when: ({ status }) => sendsAway(status),
    kind: 'unavailable',
    charged: 'no',
    message: ({ host, status, exchange }) =>
      `${host} answered ${status} and points to ${place(exchange.headers)}; the key does not follow a redirect.`,
    hint: 'Check the base URL and the proxy.',
  },
];

/** Only the host: a path may carry anything. */
function place(headers: Pick<Headers, 'get'>): string {
  const location = headers.get('location') ?? '';
  return URL.canParse(location) ? new URL(location).host : 'another place';
}
