import { problemBody } from '../http/problem.ts';
import { bearerIn, googlesKeyIn } from './google.ts';
import type { Guise } from './guise.ts';

/** A LiteLLM proxy, which passes Google's API through: https://docs.litellm.ai/docs/pass_through/google_ai_studio, checked 2026-11-26. */
export const LITELLM: Guise = {
  name: 'litellm',
  about: 'a LiteLLM proxy: Google’s API below /gemini, a virtual key',
  prefix: '/gemini',
  wire: 'google',
  keyIn: (call) => googlesKeyIn(call) || bearerIn(call),
  noKey: 'Authentication Error, No api key passed in.',
  errorBody: (problem) =>
    problem.status === 'UNAUTHENTICATED'
      ? { error: { message: problem.message, type: 'auth_error', param: 'None', code: '401' } }
      : problemBody(problem),
};
