import { z } from 'zod';
import { Failure, usageFailure } from '../../core/errors.ts';
import { brokenJsonLine, jsonLine, lineAt, repeatedKey, tooDeepAt } from './json-position.ts';

/** Reads a JSON file that somebody wrote by hand. Whatever is wrong in it is said with its line. */
export function checkedJson<Schema extends z.ZodType>(
  text: string,
  path: string,
  schema: Schema,
): z.infer<Schema> {
  const json = parsed(text, path);
  const repeated = repeatedKey(text);
  if (repeated) throw usageFailure(`${path}, line ${repeated.line}: "${repeated.name}" is there twice.`);
  const result = schema.safeParse(json, { error: inOurWords });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const { at, message } = issue ? innermost(issue) : { at: [], message: 'not understood' };
  throw failureAt(text, path, at, message);
}

export function failureAt(text: string, path: string, at: readonly PropertyKey[], message: string): Failure {
  const name = at.at(-1);
  const where = `${path}, line ${jsonLine(text, at)}`;
  return usageFailure(
    `${where}${typeof name === 'string' ? `, "${name}"` : ''}: ${message.replace(/\.$/, '')}.`,
  );
}

function parsed(text: string, path: string): unknown {
  const deep = tooDeepAt(text);
  if (deep !== null) throw usageFailure(`${path}, line ${lineAt(text, deep)}: this is nested too deeply.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const line = brokenJsonLine(text);
    throw new Failure('usage', `${path}${line === null ? '' : `, line ${line}`}: this is no valid JSON.`, {
      cause,
    });
  }
}

/** An object that names its own keys when it is given others. */
export const known = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no "${issue.keys[0]}" here; it takes ${Object.keys(shape).join(', ')}`
        : undefined,
  });

/** The messages for problems about which a schema has no sentence of its own. */
const inOurWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return 'it is missing';
  if (issue.code === 'invalid_value')
    return `it takes ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`;
  if (issue.code === 'invalid_type') return `it takes ${TYPE[issue.expected] ?? issue.expected}`;
  return 'it is not understood';
};

const TYPE: Readonly<Record<string, string>> = { string: 'a text', array: 'a list', object: 'an object' };

/** Of a union, the alternative that was meant: the one that fails inside of the value, or at its keys. */
function innermost({ path, message, ...issue }: z.core.$ZodIssue): {
  at: readonly PropertyKey[];
  message: string;
} {
  const own = { at: path, message };
  if (issue.code === 'unrecognized_keys') return { ...own, at: [...path, ...issue.keys.slice(0, 1)] };
  if (issue.code !== 'invalid_union') return own;
  const meant = issue.errors.flat().find((inner) => inner.code !== 'invalid_type' || inner.path.length > 0);
  if (!meant) return own;
  const inner = innermost(meant);
  return { at: [...path, ...inner.at], message: inner.message };
}
