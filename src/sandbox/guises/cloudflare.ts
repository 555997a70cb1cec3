import { problemBody } from '../http/problem.ts';
import { bearerIn, googlesKeyIn } from './google.ts';
import type { Guise } from './guise.ts';

/**
 * Cloudflare's AI Gateway, with keys of its own in store:
 * https://developers.cloudflare.com/ai-gateway/usage/providers/google-ai-studio/, checked 2026-11-26.
 */
export const CLOUDFLARE: Guise = {
  name: 'cloudflare',
  about: 'Cloudflare’s AI Gateway: a long path, Google’s key or cf-aig-authorization',
  prefix: '/v1/account/gateway/google-ai-studio',
  wire: 'google',
  keyIn: (call) => googlesKeyIn(call) || bearerIn(call, 'cf-aig-authorization'),
  noKey: 'Unauthorized',
  errorBody: (problem) =>
    problem.status === 'UNAUTHENTICATED'
      ? { success: false, result: [], messages: [], error: [{ code: 2009, message: problem.message }] }
      : problemBody(problem),
};
