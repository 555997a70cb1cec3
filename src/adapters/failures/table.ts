import { ACCOUNT } from './account.ts';
import { UNANSWERED, UNSENT } from './connection.ts';
import { GATEWAY } from './gateway.ts';
import { LIMITS } from './limits.ts';
import { FILES, REQUEST } from './request.ts';
import { isGooglesWord, said, type Row, type Seen } from './row.ts';

const SERVICE: readonly Row[] = [
  {
    name: 'overloaded',
    when: (seen) => seen.status === 503 && isGooglesWord(seen),
    kind: 'unavailable',
    charged: 'no',
    repeat: true,
    message: (seen) => `${seen.who} is overloaded: ${said(seen)}`,
    hint: 'Try again later, or take another model with -m.',
  },
  {
    name: 'error inside Google',
    when: (seen) => seen.status === 500 && isGooglesWord(seen),
    kind: 'unavailable',
    charged: 'no',
    message: (seen) => `${seen.who} failed: ${said(seen)}`,
    hint: 'Try again; a large input image is a frequent reason.',
  },
];

const ANYTHING_ELSE: Omit<Row, 'when'> = {
  name: 'anything else',
  kind: 'unconfirmed',
  charged: 'unknown',
  message: (seen) => `${seen.host} answered ${seen.status}; the image may have been charged: ${said(seen)}`,
  hint: ({ provider }) => provider.advice.spending,
};

/**
 * The first row that fits decides. What is charged: https://ai.google.dev/gemini-api/docs/billing, checked
 * 2026-09-20, says that errors 400 and 500 are not. Only Google's own word promises it of a 500 or 503: from anybody
 * else, and in any other form, it is `unknown`, like every outcome that nobody can know.
 */
const ROWS: readonly Row[] = [
  ...UNSENT,
  ...UNANSWERED,
  ...FILES,
  ...GATEWAY,
  ...ACCOUNT,
  ...LIMITS,
  ...REQUEST,
  ...SERVICE,
];

export const rowFor = (seen: Seen): Omit<Row, 'when'> => ROWS.find(({ when }) => when(seen)) ?? ANYTHING_ELSE;
