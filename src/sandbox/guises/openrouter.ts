import { jsonResponse } from '../http/response.ts';
import { bearerIn } from './google.ts';
import type { Guise } from './guise.ts';

const error = (code: number, message: string, metadata?: object) => ({
  error: { message, code, ...(metadata && { metadata }) },
});

/**
 * OpenRouter, and Vercel's gateway like it: https://openrouter.ai/docs/guides/overview/multimodal/image-generation and
 * https://openrouter.ai/docs/api-reference/errors, checked 2026-11-26.
 */
export const OPENROUTER: Guise = {
  name: 'openrouter',
  about: 'OpenRouter: chat completions with pictures, and what they cost where it is asked for',
  prefix: '/api/v1',
  wire: 'chat',
  keyIn: (call) => bearerIn(call),
  noKey: 'No auth credentials found',
  unknownPath: () => 'Not Found',
  errorBody: ({ http, message }) => error(http, message),
  passesOn: ({ status, body, ...response }, model) => ({
    ...response,
    ...jsonResponse(
      error(status, 'Provider returned error', {
        raw: body.join(''),
        provider_name: 'Google AI Studio',
        model_slug: `google/${model}`,
      }),
      { status },
    ),
  }),
};
