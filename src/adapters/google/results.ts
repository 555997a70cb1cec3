import { z } from 'zod';
import type { BatchResult } from '../../ports/index.ts';
import { jsonIn } from './json.ts';
import { linesIn } from './lines.ts';
import { maybe, tally, word } from './lenient.ts';
import { members } from './scan-json-lines.ts';
import { scrub } from './redact.ts';

const Problem = z.object({ code: maybe(tally), message: word });
const Metadata = z.object({ key: z.string() });

// google.rpc.Code UNKNOWN, for an error that says nothing.
const UNKNOWN = 2;

/** A file of results, line by line. The key of the account never stands in what comes out. */
export async function* resultsIn(
  file: AsyncIterable<Uint8Array>,
  apiKey: string,
  clean: (text: string) => string,
): AsyncGenerator<BatchResult> {
  for await (const line of linesIn(file)) {
    if (line.byteLength > 0) yield resultIn(line, apiKey, clean);
  }
}

function resultIn(line: Buffer, apiKey: string, clean: (text: string) => string): BatchResult {
  const parts = members(line);
  const key = parts && keyIn(parts);
  const answer = parts?.get('response') ?? NOTHING;
  if (answer[0] === OPEN) return { key, answer: scrub(answer, apiKey), error: null };
  const problem = Problem.safeParse(jsonIn(parts?.get('error') ?? NOTHING));
  if (!problem.success) return { key: null, answer: null, error: null };
  const { code, message } = problem.data;
  return { key, answer: null, error: { code: code ?? UNKNOWN, message: clean(message ?? '') } };
}

const NOTHING = new Uint8Array();
const OPEN = 0x7b;

/** Beside the answer in a file; inside the metadata where answers come inline. */
function keyIn(parts: ReadonlyMap<string, Uint8Array>): string | null {
  const key = jsonIn(parts.get('key') ?? NOTHING);
  if (typeof key === 'string') return key;
  const { data } = Metadata.safeParse(jsonIn(parts.get('metadata') ?? NOTHING));
  return data?.key ?? null;
}
