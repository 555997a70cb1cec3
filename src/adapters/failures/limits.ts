import type { MetLimit } from '../../core/errors.ts';
import { nameOf } from '../../core/catalogue/catalogue.ts';
import { nextPacificMidnight } from './retry-after.ts';
import { said, type Row, type Seen } from './row.ts';

/** Five things under one number. */
export const LIMITS: readonly Row[] = [
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
    message: ({ who }) =>
      `This key has no quota for image models: ${who} sells them only to projects with billing.`,
    hint: ({ provider }) => provider.advice.billing,
  },
  {
    name: 'monthly cap',
    when: ({ status, error }) =>
      status === 429 && /spend(ing)? cap|monthly (spend|budget|cap|limit)/i.test(error.message),
    kind: 'rate-limited',
    charged: 'no',
    message: (seen) => `The project has reached its monthly spending cap: ${said(seen)}`,
    hint: ({ provider }) => provider.advice.spendingCap,
  },
  {
    name: 'spend rate',
    when: ({ status, error }) =>
      status === 429 &&
      /spend(ing)?[ -]?(rate|limit)|(10|ten)[ -]?min/i.test(`${error.message} ${quotas(error)}`),
    kind: 'rate-limited',
    charged: 'no',
    repeat: true,
    message: ({ who }) => `The project spends faster than ${who} allows within ten minutes.`,
    hint: 'Wait some minutes, lower --concurrency, or move to a higher tier.',
    wait: ({ wait }) => Math.max(wait ?? 0, SPEND_WINDOW_SECONDS),
    met: () => ({ meter: 'spend', stated: null }),
  },
  {
    name: 'per day',
    when: ({ status, error }) =>
      status === 429 && /per ?day|daily/i.test(`${error.message} ${quotas(error)}`),
    kind: 'rate-limited',
    charged: 'no',
    message: (seen) =>
      `The daily quota of ${nameOf(seen.model)} is used up until midnight Pacific time (${midnight(seen)}).`,
    hint: ({ provider }) => `Wait until then, or take another model with -m. ${provider.advice.limits}`,
    // The server's own word is for a quota of a minute, and wrong here.
    wait: ({ now }) => Math.ceil((nextPacificMidnight(now) - now) / 1_000),
  },
  {
    name: 'per minute',
    when: ({ status }) => status === 429,
    kind: 'rate-limited',
    charged: 'no',
    repeat: true,
    message: ({ model, wait, who }) =>
      `${nameOf(model)} takes no more requests for now${wait === null ? '' : `; ${who} asks to wait ${seconds(wait)}`}.`,
    hint: ({ provider }) => `Lower --concurrency or set --rpm. ${provider.advice.limits}`,
    met,
  },
];

const LIMIT_ZERO = /\blimit: 0(?![\d.])/;
// The window of the limit is ten minutes and slides, so some of it is free again before.
// https://ai.google.dev/gemini-api/docs/rate-limits, checked 2026-08-18
const SPEND_WINDOW_SECONDS = 300;

/** A quota of tokens is kept by sending fewer requests; its number is none of requests. */
function met({ error: { violations } }: Seen): MetLimit {
  const found = violations.find(({ quotaId }) => /request|image/i.test(quotaId) && !/token/i.test(quotaId));
  const stated = found?.limit ?? null;
  const meter = /images?_?per/i.test(found?.quotaId ?? '') ? 'images' : 'requests';
  return { meter, stated: Number.isFinite(stated) ? stated : null };
}

const quotas = ({ violations }: Seen['error']): string => violations.map(({ quotaId }) => quotaId).join(' ');

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
