import type { Failure } from '../../core/errors.ts';
import { exitCodeFor } from '../../core/errors.ts';
import { errorJson } from './command.ts';

/** How a command ended, as every JSON document says it. */
export interface Ending {
  readonly sandbox: boolean;
  readonly failure?: Failure | null;
  readonly exitCode?: number;
  /** Where it is neither `ok` nor a failure. */
  readonly outcome?: string;
  /** Sentences. */
  readonly warnings?: readonly string[];
}

/** A JSON document: what the command has to say, in the envelope that all of them share. */
export function documentOf<Body extends object>(
  schema: string,
  {
    sandbox,
    failure = null,
    exitCode = failure ? exitCodeFor(failure.kind) : 0,
    outcome = failure?.kind ?? 'ok',
    warnings = [],
  }: Ending,
  body: Body,
) {
  const error = failure && errorJson(failure, { sandbox, exitCode });
  return { schema, sandbox, outcome, exitCode, ...body, warnings, error };
}
