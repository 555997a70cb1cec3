import { ACCOUNT } from './account.ts';
import { UNANSWERED, UNSENT } from './connection.ts';
import { LIMITS } from './limits.ts';
import { FILES, REQUEST } from './request.ts';
import { said, type Row } from './row.ts';

const SERVICE: readonly Row[] = [
  {
    name: 'overloaded',
    when: ({ status, provider }) => status === 503 && provider.speaksForGoogle,
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: (seen) => `${seen.who} is overloaded: ${said(seen)}`,
    hint: 'Try again later, or take another model with -m.',
  },
  {
    name: 'error inside Google',
    when: ({ status, error, provider }) => status === 500 && error.google && provider.speaksForGoogle,
    kind: 'unavailable',
    charged: 'no',
    message: (seen) => `${seen.who} failed: ${said(seen)}`,
    hint: 'Try again; a large input image is a frequent reason.',
  },
  {
    name: 'anything else',
    when: () => true,
    kind: 'unconfirmed',
    charged: 'unknown',
    message: (seen) => `${seen.host} answered ${seen.status}; the image may have been charged: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.spending,
  },
];

/**
 * The first row that fits decides. What is charged: https://ai.google.dev/gemini-api/docs/billing, checked
 * 2026-09-20, says that errors 400 and 500 are not. Only who speaks for Google can promise it of a 500 or 503: from
 * anybody else it is `unknown`, like every outcome that nobody can know.
 */
export const ROWS: readonly Row[] = [
  ...UNSENT,
  ...UNANSWERED,
  ...FILES,
  ...ACCOUNT,
  ...LIMITS,
  ...REQUEST,
  ...SERVICE,
];
