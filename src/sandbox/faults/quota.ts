import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { detail } from '../http/problem.ts';
import type { Detail } from '../http/problem.ts';
import { responds } from './fault.ts';
import type { Fault, Faults } from './fault.ts';

// Shapes and texts of recorded answers; https://ai.google.dev/gemini-api/docs/rate-limits, checked 2026-11-22.
const EXCEEDED =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. ';
const METRIC = 'generativelanguage.googleapis.com';

const help = detail('Help', {
  links: [
    {
      description: 'Learn more about Gemini API quotas',
      url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
    },
  ],
});

export interface Quota {
  readonly model: string;
  readonly limit: number;
  readonly metric: string;
  readonly quotaId: string;
}

const violation = ({ model, limit, metric, quotaId }: Quota): Detail => ({
  quotaMetric: `${METRIC}/${metric}`,
  quotaId,
  quotaDimensions: { location: 'global', model },
  ...(limit > 0 && { quotaValue: String(limit) }),
});

/** A 429 of the usual shape; `delay` goes into RetryInfo as it stands. */
export function quotaResponse(quota: Quota, seconds: string | null, delay: string | null): HttpResponse {
  const line = `* Quota exceeded for metric: ${METRIC}/${quota.metric}, limit: ${quota.limit}, model: ${quota.model}`;
  const retry = seconds === null ? '' : `\nPlease retry in ${seconds}.`;
  const details = [
    help,
    detail('QuotaFailure', { violations: [violation(quota)] }),
    ...(delay === null ? [] : [detail('RetryInfo', { retryDelay: delay })]),
  ];
  return exhausted(`${EXCEEDED}\n${line}${retry}`, details);
}

function exhausted(message: string, details: readonly Detail[] = []): HttpResponse {
  const error = { code: 429, message, status: 'RESOURCE_EXHAUSTED', ...(details.length > 0 && { details }) };
  return jsonResponse({ error }, { status: 429 });
}

export const perMinute = (model: string, limit = 20): Quota => ({
  model,
  limit,
  metric: 'generate_requests_per_model',
  quotaId: 'GenerateRequestsPerMinutePerProjectPerModel',
});

export const perDay = (model: string, limit = 250): Quota => ({
  model,
  limit,
  metric: 'generate_requests_per_model_per_day',
  quotaId: 'GenerateRequestsPerDayPerProjectPerModel',
});

export const enqueuedTokens = (model: string, limit: number): Quota => ({
  model,
  limit,
  metric: 'batch_enqueued_tokens',
  quotaId: 'BatchEnqueuedTokensPerProjectPerModel',
});

const freeTier = (model: string): Quota => ({
  model,
  limit: 0,
  metric: 'generate_content_free_tier_requests',
  quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
});

/** A fault whose wait can be set: `429=0.5` asks for half a second. */
const waits = (about: string, seconds: number, delay: (seconds: number) => string | null): Fault =>
  responds(about, ({ model, value }) => {
    const wait = value ?? seconds;
    return quotaResponse(perMinute(model), `${wait}s`, delay(wait));
  });

export const QUOTA_FAULTS: Faults = {
  '429': waits('too many requests this minute; =N sets the seconds to wait (2)', 2, (wait) => `${wait}s`),
  '429-fractional': waits('the wait in fractions of a second', 0.539477544, (wait) => `${wait}s`),
  '429-absurd': waits('the wait is most of a day', 68_940, (wait) => `${wait}s`),
  '429-ms': responds('the wait in milliseconds, in the text alone', ({ model, value }) =>
    quotaResponse(perMinute(model), `${(value ?? 0.9002) * 1000}ms`, null),
  ),
  '429-no-wait': responds('no word about when to try again', ({ model }) =>
    quotaResponse(perMinute(model), null, null),
  ),
  '429-retry-after': responds('the wait in the Retry-After header alone', ({ model, value }) => {
    const response = quotaResponse(perMinute(model), null, null);
    return { ...response, headers: { ...response.headers, 'retry-after': String(value ?? 2) } };
  }),
  '429-broken-json': responds('the wait in JSON that no parser takes', ({ model, value }) => {
    const wait = value ?? 2;
    const { body, ...response } = quotaResponse(perMinute(model), `${wait}s`, `${wait}s`);
    const broken = body.join('').replaceAll('"@type"', '" @type"').replace('\\nPlease', '\nPlease');
    return { ...response, body: [broken] };
  }),
  '429-day': responds('the quota of the day is used up, although the wait says seconds', ({ model }) =>
    quotaResponse(perDay(model), '36.3s', '36s'),
  ),
  '429-limit-0': responds('a key without billing: the limit is zero', ({ model }) =>
    quotaResponse(freeTier(model), '37.1s', '37s'),
  ),
  '429-credits': responds('prepaid credit is used up', () =>
    exhausted(
      'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
    ),
  ),
  '429-cap': responds('the monthly spending cap is reached', () =>
    exhausted(
      'Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/projects to manage it.',
    ),
  ),
  '429-spend': responds('more spent in ten minutes than the tier allows', ({ model }) =>
    quotaResponse(
      { model, limit: 10, metric: 'spend_per_ten_minutes', quotaId: 'SpendPerTenMinutesPerProject' },
      null,
      null,
    ),
  ),
};
