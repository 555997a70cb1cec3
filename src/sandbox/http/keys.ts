import type { Call } from './call.ts';
import { header } from './call.ts';
import type { Guise } from '../guises/guise.ts';
import { detail, invalid, Problem } from './problem.ts';

const GOOGLES_OWN = /^(AIza|AQ\.)[\w.-]{20,}$/;
const INVALID = 'API key not valid. Please pass a valid API key.';

/**
 * The sandbox takes any key. So that refusals can be tried, it refuses a key that is not of Google's form and contains
 * "bad" or "invalid" as not valid, and one that contains "leaked" as reported to be leaked.
 */
export function checkKey(call: Call, { noKey }: Pick<Guise, 'noKey'>): void {
  const { key } = call;
  if (key === '') throw noKey === undefined ? unregistered(call) : new Problem('UNAUTHENTICATED', noKey);
  if (GOOGLES_OWN.test(key)) return;
  if (/bad|invalid/i.test(key) || /[^\x21-\x7e]/.test(key)) throw refused();
  if (/leaked/i.test(key)) {
    throw new Problem(
      'PERMISSION_DENIED',
      'Your API key was reported as leaked. Please use another API key.',
    );
  }
}

function refused(): Problem {
  return invalid(INVALID, [
    detail('ErrorInfo', {
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    }),
    detail('LocalizedMessage', { locale: 'en-US', message: INVALID }),
  ]);
}

function unregistered(call: Call): Problem {
  if (header(call, 'authorization') !== undefined) {
    return new Problem(
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      [detail('ErrorInfo', { reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED', domain: 'googleapis.com' })],
    );
  }
  return new Problem(
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );
}

/** The API takes no deadline of less than ten seconds. */
export function checkDeadline(call: Call): void {
  const seconds = Number(header(call, 'x-server-timeout') ?? Number.NaN);
  if (seconds < 10) {
    throw invalid(`Manually set deadline ${seconds}s is too short. Minimum allowed deadline is 10s.`);
  }
}
