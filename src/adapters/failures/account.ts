import type { Seen } from './judge.ts';
import { BILLING, said } from './row.ts';
import type { Row } from './row.ts';

const KEYS = 'Make or check a key: https://aistudio.google.com/apikey';

export const ACCOUNT: readonly Row[] = [
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
    name: 'no billing',
    when: ({ status, error }) => status === 400 && NO_BILLING.test(error.message),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `The project of this key has no billing: ${said(seen)}`,
    hint: BILLING,
  },
  {
    name: 'location',
    when: ({ status, error }) => status === 400 && LOCATION.test(error.message),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `Google does not serve this place: ${said(seen)}`,
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
];

const BAD_KEY = /API_KEY_(INVALID|EXPIRED)|API key (not valid|not found|expired)/i;
const CREDITS =
  /credits? (are|is|have been) (depleted|exhausted|used up)|payment_required|billing .*(disabled|not enabled)/i;
const NO_BILLING = /enable billing|billing .*(disabled|not enabled)/i;
const LOCATION = /location is not supported|not available in your (country|region)/i;

const evidence = ({ message, reasons }: Seen['error']): string => `${reasons.join(' ')} ${message}`;
