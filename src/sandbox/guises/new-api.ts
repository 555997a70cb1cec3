import { bearerIn, googlesKeyIn } from './google.ts';
import type { Guise } from './guise.ts';

/**
 * A relay that runs new-api: https://github.com/QuantumNous/new-api (middleware/auth.go, controller/relay.go). It charges
 * as LaoZhang does, which is flat, and for an answer without a picture too:
 * https://docs.laozhang.ai/en/api-capabilities/image-billing-and-failures. Both checked 2026-11-26.
 */
export const NEW_API: Guise = {
  name: 'new-api',
  about: 'a relay that runs new-api, such as LaoZhang: no files or batches, a flat price for every answer',
  prefix: '',
  wire: 'google',
  keyIn: (call) => bearerIn(call) || googlesKeyIn(call),
  noKey: 'Invalid token',
  lacks: /^\/upload\/|\/(?:files|batches)(?:$|[/:])|:(?:batchGenerateContent|predict)$/,
  unknownPath: (method, path) => `Invalid URL (${method} ${path})`,
  errorBody: ({ http, message }) => ({
    error: { message, type: http === 404 ? 'invalid_request_error' : 'new_api_error', param: '', code: '' },
  }),
  perCall: {
    'gemini-nano-banana-2.1': 45_000_000n,
    'gemini-3.1-flash-lite-image': 25_000_000n,
    'gemini-3-pro-image': 90_000_000n,
    'gemini-2.5-flash-image': 20_000_000n,
    'gemini-3.1-flash-image': 55_000_000n,
  },
};
