import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with the arguments of a tool, a sentence each. */
export function misfit({ issues }: z.ZodError, input: z.ZodObject): Failure {
  const sentences = issues.map((issue) => sentenceFor(issue, input));
  const isMissingQuote = issues.some(({ path }) => path[0] === 'quote_id');
  return new Failure('usage', printable(sentences.join(' ')), {
    code: 'bad-arguments',
    hint: isMissingQuote
      ? 'Call estimate_image first: it costs nothing, and gives quote_id and confirm_cost.'
      : `It takes ${Object.keys(input.shape).join(', ') || 'no parameters'}.`,
  });
}

function sentenceFor(issue: Issue, { shape }: z.ZodObject): string {
  const [name = ''] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    const isEdit = issue.keys.includes('images');
    return `There is no parameter ${keys} here.${isEdit ? ' Pictures go into edit_image.' : ''}`;
  }
  if (name === '') return 'The arguments are no object.';
  if (issue.input === undefined && issue.code !== 'custom') return `${name} is missing.`;
  const about = shape[name] && aboutOf(shape[name]);
  // Of a list, only the description tells what stands in it.
  const limit = issue.path.length > 1 ? null : limitOf(issue);
  return `${name} takes ${limit ?? about ?? 'something else'}.`;
}

/** null where the description of the parameter says it better. */
function limitOf(issue: Issue): string | null {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  const amount = (limit: number | bigint): string =>
    'origin' in issue && issue.origin === 'string' ? counted(Number(limit), 'character') : String(limit);
  if (issue.code === 'too_big') return `at most ${amount(issue.maximum)}`;
  if (issue.code === 'too_small') return `at least ${amount(issue.minimum)}`;
  return null;
}

/** How a parameter is described, also where it may be left out. */
function aboutOf(schema: z.core.$ZodType): string | undefined {
  const about = z.globalRegistry.get(schema)?.description;
  return about ?? (schema instanceof z.ZodOptional ? aboutOf(schema.unwrap()) : undefined);
}
