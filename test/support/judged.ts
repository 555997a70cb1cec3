import { failureOf } from '../../src/adapters/failures/judge.ts';
import type { RequestContext } from '../../src/adapters/failures/row.ts';
import type { Broke, Exchange, Stage } from '../../src/adapters/http/fetch.ts';
import type { Failure } from '../../src/core/errors.ts';
import { providerAt } from './provider.ts';

const NOON_UTC = Date.parse('2026-11-22T12:00:00Z');

/** A request of Google, on a Sunday at noon. */
export const context: RequestContext = {
  provider: providerAt('https://google.example', 'AIzaSecret'),
  model: 'gemini-3-pro-image',
  timeoutMs: 300_000,
  now: NOON_UTC,
  timeZone: 'Europe/Berlin',
};

export const exchange = (changes: Partial<Exchange>): Exchange => ({
  stage: 'answered',
  status: null,
  headers: new Headers(),
  body: new Uint8Array(),
  broke: null,
  ...changes,
});

/** What the table of failures makes of an answer. */
export const answered = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  by = context,
): Failure =>
  failureOf(
    exchange({
      status,
      headers: new Headers(headers),
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    }),
    by,
  );

/** What it makes of an exchange that came to no end. */
export const broken = (
  stage: Stage,
  broke: Partial<Broke> | null,
  status: number | null = null,
  by = context,
  body: Uint8Array = new Uint8Array(),
): Failure =>
  failureOf(
    exchange({ stage, status, body, broke: broke && { by: 'network', code: '', message: '', ...broke } }),
    by,
  );
