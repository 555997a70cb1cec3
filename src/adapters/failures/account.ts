import { said, type Row, type Seen } from './row.ts';

export const ACCOUNT: readonly Row[] = [
  {
    name: 'key refused',
    when: ({ status, error }) => status === 401 || (status === 400 && BAD_KEY.test(evidence(error))),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `${seen.who} refused the API key: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.key,
  },
  {
    name: 'credits used up',
    when: ({ status, error }) => status === 402 || (status === 429 && CREDITS.test(error.message)),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `The account has no credit left: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.billing,
  },
  {
    name: 'no billing',
    when: ({ status, error }) => status === 400 && NO_BILLING.test(error.message),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `The project of this key has no billing: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.billing,
  },
  {
    name: 'location',
    when: ({ status, error }) => status === 400 && LOCATION.test(error.message),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `${seen.who} does not serve this place: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.region,
  },
  {
    name: 'no permission',
    when: ({ status, error }) => status === 403 && (error.isApi || error.message === ''),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `${seen.who} does not let this key in: ${said(seen)}`,
    hint: ({ error, provider: { advice } }) =>
      /leaked/i.test(error.message)
        ? `Delete the key and make another. ${advice.key}`
        : (error.link ?? advice.key),
  },
];

const BAD_KEY = /API_KEY_(INVALID|EXPIRED)|API key (not valid|not found|expired)/i;
const CREDITS =
  /credits? (are|is|have been) (depleted|exhausted|used up)|payment_required|billing .*(disabled|not enabled)/i;
const NO_BILLING = /enable billing|billing .*(disabled|not enabled)/i;
const LOCATION = /location is not supported|not available in your (country|region)/i;

const evidence = ({ message, reasons }: Seen['error']): string => `${reasons.join(' ')} ${message}`;
