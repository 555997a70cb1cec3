import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { page } from './status.ts';
import type { Fault, FaultContext, Faults } from './fault.ts';

/** What a gateway says of its own, before any work. */
const says = (about: string, status: number, body: (context: FaultContext) => unknown): Fault => ({
  does: 'respond',
  about,
  respond: (context) => jsonResponse(body(context), { status }),
  by: 'gateway',
  works: false,
});

/** What is said in place of an answer that was worked for, and charged. */
const loses = (about: string, respond: () => HttpResponse): Fault => ({
  does: 'respond',
  about: `the work is done and charged, and ${about}`,
  respond,
  by: 'gateway',
  works: true,
});

const newApi = (message: string, code: string) => ({
  error: { message, type: 'new_api_error', param: '', code },
});
const QUOTA = newApi('user quota is not enough, remaining quota: $0.000000', 'insufficient_user_quota');

const liteLlm = (message: string, type: string | null, code: string) => ({
  error: { message, type, param: null, code },
});
const BUDGET = 'Budget has been exceeded! Current cost: 10.2, Max budget: 10.0';

const openRouter = (code: number, message: string, metadata?: object) => ({
  error: { message, code, ...(metadata && { metadata }) },
});

/**
 * What gateways and proxies say, in their own words: https://github.com/QuantumNous/new-api/tree/main/types,
 * https://github.com/BerriAI/litellm/discussions, https://openrouter.ai/docs/api-reference/errors,
 * https://github.com/envoyproxy/envoy/issues/2853; all checked 2026-11-26.
 */
export const GATEWAY_FAULTS: Faults = {
  'new-api-quota': says('a new-api relay whose account is empty', 403, () => QUOTA),
  'new-api-quota-429': says('the same, said with a 429', 429, () => QUOTA),
  'new-api-no-channel': says('a new-api relay that does not sell the model now', 503, ({ model }) =>
    newApi(`No available channel for model ${model} under group default (distributor)`, 'model_not_found'),
  ),
  'new-api-bad-body': loses('a new-api relay chokes on the picture', () =>
    jsonResponse(newApi('bufio.Scanner: token too long', 'bad_response_body'), { status: 500 }),
  ),
  'litellm-timeout': loses('LiteLLM has given up waiting', () =>
    jsonResponse(liteLlm('litellm.Timeout: APITimeoutError - Request timed out.', null, '408'), {
      status: 408,
    }),
  ),
  'litellm-budget': says('LiteLLM’s budget for the key is spent', 400, () =>
    liteLlm(BUDGET, 'budget_exceeded', '400'),
  ),
  'litellm-budget-429': says('the same, said with a 429', 429, () =>
    liteLlm(BUDGET, 'budget_exceeded', '429'),
  ),
  'openrouter-402': says('OpenRouter’s account is empty', 402, () =>
    openRouter(402, 'Insufficient credits. Add more using https://openrouter.ai/settings/credits'),
  ),
  'openrouter-moderation': says('OpenRouter’s moderation refuses the prompt', 403, ({ model }) =>
    openRouter(403, `google/${model} requires moderation and your input was flagged.`, {
      reasons: ['violence'],
      flagged_input: 'a …',
      provider_name: 'Google AI Studio',
      model_slug: `google/${model}`,
    }),
  ),
  'upstream-reset': loses('a proxy says that its upstream broke the connection', () => ({
    status: 503,
    headers: { 'content-type': 'text/plain' },
    body: ['upstream connect error or disconnect/reset before headers. reset reason: connection termination'],
  })),
  'lost-502': loses('a page with a 502 comes', () => page(502, 'Bad Gateway')),
  'lost-504': loses('a page with a 504 comes', () => page(504, 'Gateway Time-out')),
  'lost-524': loses('a page with a 524 comes', () => page(524, 'A timeout occurred')),
};
