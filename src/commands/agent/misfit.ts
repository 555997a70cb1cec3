import { z } from 'zod';
import { Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with the arguments of a tool, a sentence each. */
export function misfit({ issues }: z.ZodError, input: z.ZodObject): Failure {
  const sentences = issues.map((issue) => sentenceFor(issue, input));
  const isMissingQuote = issues.some(({ path }) => path[0] === 'quote_id');
  return new Failure('usage', printable(sentences.join(' ')), {
    code: 'bad-arguments',
    hint: isMissingQuote
      ? 'Call estimate_image first: it costs nothing, and gives quote_id and confirm_cost.'
      : `It takes ${Object.keys(input.shape).join(', ')}.`,
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
  return `${name} takes ${limitOf(issue) ?? about ?? 'something else'}.`;
}

/** null where the description of the parameter says it better. */
function limitOf(issue: Issue): string | null {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  const unit = 'origin' in issue && issue.origin === 'string' ? ' characters' : '';
  if (issue.code === 'too_big') return `at most ${String(issue.maximum)}${unit}`;
  if (issue.code === 'too_small') return `at least ${String(issue.minimum)}${unit}`;
  return null;
}

/** How a parameter is described, also where it may be left out. */
function aboutOf(schema: z.core.$ZodType): string | undefined {
  const about = z.globalRegistry.get(schema)?.description;
  return about ?? (schema instanceof z.ZodOptional ? aboutOf(schema.unwrap()) : undefined);
}
