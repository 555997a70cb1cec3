import { ACCOUNT } from './account.ts';
import { UNANSWERED, UNSENT } from './connection.ts';
import { LIMITS } from './limits.ts';
import { FILES, REQUEST } from './request.ts';
import { SPENDING, said } from './row.ts';
import type { Row } from './row.ts';

const SERVICE: readonly Row[] = [
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

/**
 * The first row that fits decides. What is charged: https://ai.google.dev/gemini-api/docs/billing, checked
 * 2026-09-20, says that errors 400 and 500 are not; every outcome that nobody can know is `unknown`.
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
