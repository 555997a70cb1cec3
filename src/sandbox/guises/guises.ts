import { usageFailure } from '../../core/errors.ts';
import { CLOUDFLARE } from './cloudflare.ts';
import { GOOGLE } from './google.ts';
import type { Guise } from './guise.ts';
import { LITELLM } from './litellm.ts';
import { NEW_API } from './new-api.ts';
import { OPENROUTER } from './openrouter.ts';

/** Everybody whom the sandbox can play. A new one is a file beside these, and its line here. */
export const GUISES: readonly Guise[] = [GOOGLE, NEW_API, LITELLM, CLOUDFLARE, OPENROUTER];

export function guiseNamed(name: string): Guise {
  const found = GUISES.find((guise) => guise.name === name);
  if (found) return found;
  throw usageFailure(
    `--as: the sandbox does not play "${name}".`,
    `It plays ${GUISES.map((guise) => guise.name).join(', ')}.`,
  );
}
