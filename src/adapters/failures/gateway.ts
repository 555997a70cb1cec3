import { isClientError, isGoogles, said, type Row, type Seen } from './row.ts';

/**
 * What gateways say of their own accounts and models, in forms of their own: the account is empty or capped, or they do
 * not sell the model now. It is none of Google's doing, and waiting does not mend it.
 */
export const GATEWAY: readonly Row[] = [
  {
    // https://docs.litellm.ai/docs/proxy/users and https://github.com/BerriAI/litellm/issues/14144, checked 2026-11-26
    name: 'budget of the gateway',
    when: (seen) => isOwn(seen) && isClientError(seen.status) && BUDGET.test(wordsOf(seen)),
    kind: 'budget',
    charged: 'no',
    message: (seen) => `${seen.who} has a budget for this key, and it is used up: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.spendingCap,
  },
  {
    // new-api calls it insufficient_user_quota, OpenRouter answers 402.
    name: 'account of the gateway is empty',
    when: (seen) =>
      isOwn(seen) && (seen.status === 402 || (isClientError(seen.status) && EMPTY.test(wordsOf(seen)))),
    kind: 'auth',
    charged: 'no',
    message: (seen) => `The account at ${seen.who} has no credit left: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.billing,
  },
  {
    name: 'not sold by the gateway now',
    when: (seen) =>
      isOwn(seen) && seen.status !== null && seen.status >= 400 && NO_CHANNEL.test(wordsOf(seen)),
    kind: 'unavailable-model',
    charged: 'no',
    message: (seen) => `${seen.who} does not sell ${seen.model} now: ${said(seen)}`,
    hint: 'Take another model with -m, or another gateway with --gateway.',
  },
  {
    // https://openrouter.ai/docs/api/reference/errors-and-debugging, checked 2026-11-26
    name: 'refused by the gateway',
    when: (seen) => isOwn(seen) && seen.status === 403 && MODERATED.test(wordsOf(seen)),
    kind: 'refused',
    charged: 'no',
    message: (seen) => `${seen.who} refused the prompt: ${said(seen)}`,
    hint: 'Say it differently.',
  },
  {
    name: 'a day of the gateway',
    when: (seen) => isOwn(seen) && seen.status === 429 && DAY.test(wordsOf(seen)),
    kind: 'rate-limited',
    charged: 'no',
    message: (seen) => `${seen.who} takes no more requests today: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.limits,
  },
];

const BUDGET =
  /budget_exceeded|budget (?:has been|was|is|limit)|(?:over|exceed\w*) (?:\w+ ){0,2}budget|max budget/i;
const EMPTY =
  /insufficient[_ ](?:user[_ ])?(?:quota|credits?|balance|funds)|quota[_ ]not[_ ]enough|pre_consume_token_quota|额度不足|余额不足/i;
const NO_CHANNEL =
  /no available channel|no endpoints found|no available model provider|model_not_found|is not a valid model id|无可用渠道/i;
const MODERATED = /moderation|flagged/i;
const DAY = /per[ -]?day|daily/i;

/** Google's own form speaks of Google's accounts and models. */
const isOwn = ({ error }: Seen): boolean => !isGoogles(error);

const wordsOf = ({ error: { kinds, message } }: Seen): string => `${kinds.join(' ')} ${message}`;
