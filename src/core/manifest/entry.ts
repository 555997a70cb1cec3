import { Failure } from '../errors.ts';
import { attempt } from '../order/route.ts';
import { PICTURE_GROUNDS, rulesIn, type Rule } from '../order/rules.ts';
import { nearest } from '../text/nearest.ts';
import { FIELDS, id, isObject, text, type Field, type Values } from './fields.ts';
import type { Path, Problem } from './problem.ts';

/** One entry of `images`, as it is written. */
export interface Entry extends Values {
  readonly id: string;
}

/** A manifest without its images. */
export interface Head {
  readonly include: readonly string[];
  readonly route: readonly Rule[];
  readonly defaults: Values;
}

export interface Checked<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

const ENTRY = { id, ...FIELDS };
const include: Field<readonly string[]> = {
  read: (value) => {
    const paths = Array.isArray(value) ? value : [value];
    return paths.every((path): path is string => typeof path === 'string' && path.trim() !== '')
      ? { ok: paths }
      : { wrong: 'it takes paths of manifests' };
  },
  schema: {
    oneOf: [text('A path.').schema, { type: 'array', items: text('A path.').schema }],
    description: 'Further manifests, from the folder of this one; its defaults hold in them too.',
  },
};
const route: Field<readonly Rule[]> = {
  read(value) {
    const rules = [value].flat();
    if (!rules.every((rule) => typeof rule === 'string')) return { wrong: 'it takes rules, in quotes' };
    const read = attempt(() => rulesIn(rules.join('\n'), PICTURE_GROUNDS));
    return read instanceof Failure ? { wrong: [read.message, read.hint].join(' ') } : { ok: read };
  },
  schema: {
    oneOf: [text('A rule.').schema, { type: 'array', items: text('A rule.').schema }],
    description: `Which model makes the pictures that name none, such as "id hero* -> nano-banana-pro" and, at the end, "else cheapest"; rules go by ${PICTURE_GROUNDS.join(', ')}.`,
  },
};
const skipped: Field<unknown> = { read: (value) => ({ ok: value }), schema: {} };

/** What stands beside `images` at the top. */
export const HEAD = { $schema: { ...skipped, schema: { type: 'string' } }, include, route } as const;

export function readEntry(value: unknown): Checked<Entry | null> {
  if (!isObject(value)) return wrongShape('an image has an id, a prompt and more');
  const { read, problems } = readFields(value, ENTRY, []);
  const { id } = read;
  if (!('id' in value)) problems.push({ path: [], at: 'value', message: 'the image has no id' });
  return { value: problems.length > 0 || id === undefined ? null : { ...read, id }, problems };
}

export function readHead(value: unknown): Checked<Head> {
  if (!isObject(value)) return { ...wrongShape('a manifest has defaults and images'), value: EMPTY };
  const { defaults = {}, ...rest } = value;
  const head = readFields(rest, { ...HEAD, images: skipped, defaults: skipped }, []);
  const inside = readDefaults(defaults);
  const problems = [...head.problems, ...inside.problems];
  const saysNothing = ['images', 'defaults', 'include'].every((name) => (value[name] ?? null) === null);
  return {
    value: { include: head.read.include ?? [], route: head.read.route ?? [], defaults: inside.value },
    problems: saysNothing && problems.length === 0 ? [EMPTIED] : problems,
  };
}

/** An emptied file must not be taken for a manifest without pictures: --prune would move all of them away. */
const EMPTIED: Problem = {
  path: [],
  at: 'value',
  message: 'there are no images, defaults or include: the file is empty or was cut off',
};

function readDefaults(value: unknown): Checked<Values> {
  const path = ['defaults'];
  if (!isObject(value)) {
    return { value: {}, problems: [{ path, at: 'value', message: 'defaults are keys with values' }] };
  }
  const { read, problems } = readFields(value, FIELDS, path);
  return { value: read, problems };
}

const EMPTY: Head = { include: [], route: [], defaults: {} };

const wrongShape = (message: string) => ({
  value: null,
  problems: [{ path: [], at: 'value' as const, message }],
});

type Fields = Readonly<Record<string, Field<unknown>>>;
type ReadOf<F extends Fields> = {
  readonly [Name in keyof F]?: F[Name] extends Field<infer T> ? T : never;
};

function readFields<const F extends Fields>(
  value: Readonly<Record<string, unknown>>,
  fields: F,
  above: Path,
): { readonly read: ReadOf<F>; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const read: ReadOf<F> = Object.create(Object.prototype);
  for (const [key, one] of Object.entries(value)) {
    const path = [...above, key];
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      problems.push({ path, at: 'key', message: unknownKey(key, Object.keys(fields)) });
      continue;
    }
    const result = field.read(one);
    if ('wrong' in result) problems.push({ path, at: 'value', message: `${key}: ${result.wrong}` });
    else Reflect.set(read, key, result.ok);
  }
  return { read, problems };
}

/** Names the key that was probably meant. */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `there is no key "${key}"${near === null ? '' : `; did you mean "${near}"?`}`;
}
