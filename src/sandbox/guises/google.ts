import { header } from '../http/call.ts';
import type { Call } from '../http/call.ts';
import type { Guise } from './guise.ts';

/** Where the API itself takes a key. */
export const googlesKeyIn = (call: Pick<Call, 'headers' | 'query'>): string =>
  header(call, 'x-goog-api-key') ?? call.query.get('key') ?? '';

/** The token of an Authorization header, or of another one of its form. */
export const bearerIn = (call: Pick<Call, 'headers'>, name = 'authorization'): string =>
  /^Bearer (.+)$/i.exec(header(call, name) ?? '')?.[1]?.trim() ?? '';

export const GOOGLE: Guise = {
  name: 'google',
  about: 'the Gemini API itself',
  prefix: '',
  wire: 'google',
  keyIn: googlesKeyIn,
};
