import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { detail, modelNotFound, Problem, problemBody } from '../http/problem.ts';
import type { Detail } from '../http/problem.ts';
import { responds } from './fault.ts';
import type { Fault, Faults } from './fault.ts';

const says = (
  about: string,
  code: number,
  status: string,
  message: string,
  details: readonly Detail[] = [],
): Fault =>
  responds(about, () =>
    jsonResponse(
      { error: { code, message, status, ...(details.length > 0 && { details }) } },
      { status: code },
    ),
  );

export function page(status: number, title: string): HttpResponse {
  const body = `<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error ${status} (${title})!!1</title>\n<p><b>${status}.</b> <ins>That’s an error.</ins>\n<p>The server could not complete your request. <ins>That’s all we know.</ins>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: [body] };
}

const notFound = (problem: Problem): HttpResponse =>
  jsonResponse(problemBody(problem), { status: problem.http });

const DISABLED =
  'Generative Language API has not been used in project 123456789012 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project=123456789012 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.';
const INTERNAL =
  'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting';
const KEY = 'API key not valid. Please pass a valid API key.';

/** Errors before any work: none of them is charged. */
export const STATUS_FAULTS: Faults = {
  '400': says(
    'an argument the API does not like',
    400,
    'INVALID_ARGUMENT',
    'Request contains an invalid argument.',
  ),
  '400-key': says('the key is not valid', 400, 'INVALID_ARGUMENT', KEY, [
    detail('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
  ]),
  '400-location': says(
    'not served in this country',
    400,
    'FAILED_PRECONDITION',
    'User location is not supported for the API use.',
  ),
  '400-billing': says(
    'billing is off',
    400,
    'FAILED_PRECONDITION',
    'Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.',
  ),
  '402': says(
    'prepaid credit is used up, the newer way',
    402,
    'FAILED_PRECONDITION',
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
  ),
  '403': says('not allowed', 403, 'PERMISSION_DENIED', 'The caller does not have permission'),
  '403-disabled': says('the API is not enabled', 403, 'PERMISSION_DENIED', DISABLED, [
    detail('ErrorInfo', {
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com', consumer: 'projects/123456789012' },
    }),
  ]),
  '403-leaked': says(
    'the key was reported as leaked',
    403,
    'PERMISSION_DENIED',
    'Your API key was reported as leaked. Please use another API key.',
  ),
  '403-file': says(
    'a file that the request refers to is gone',
    403,
    'PERMISSION_DENIED',
    'You do not have permission to access the File pixtab-0 or it may not exist.',
  ),
  '404': responds('the model is gone', ({ model, method }) =>
    notFound(modelNotFound(model, 'v1beta', method)),
  ),
  '404-new-users': responds('the model serves those who used it before', ({ model }) =>
    notFound(
      new Problem(
        'NOT_FOUND',
        `This model models/${model} is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.`,
      ),
    ),
  ),
  '404-html': responds('a page instead of JSON', () => page(404, 'Not Found')),
  '499': says('cancelled on the way', 499, 'CANCELLED', 'The operation was cancelled.'),
  '500': says('an internal error', 500, 'INTERNAL', INTERNAL),
  '500-array': responds('an internal error inside an array', () =>
    jsonResponse([{ error: { code: 500, message: INTERNAL, status: 'INTERNAL' } }], { status: 500 }),
  ),
  '502': responds('a page from a proxy', () => page(502, 'Server Error')),
  '503': says('overloaded', 503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  '503-demand': says(
    'high demand',
    503,
    'UNAVAILABLE',
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
  ),
  '504': says('took too long', 504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
  'error-in-200': responds('status 200 with an error inside', () =>
    jsonResponse({
      error: {
        code: 503,
        message: 'The model is overloaded. Please try again later.',
        status: 'UNAVAILABLE',
      },
    }),
  ),
  'empty-object': responds('status 200 with an empty object: a list without what it should have', () =>
    jsonResponse({}),
  ),
  redirect: responds('sent on to another origin, which a key must not follow', () => ({
    status: 307,
    headers: { location: 'http://127.0.0.2:9/elsewhere' },
    body: [],
  })),
};
