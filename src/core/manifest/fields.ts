import { ABILITIES, abilityNow, SIZES, THINKING_LEVELS, type Aspect } from '../catalogue/model.ts';
import { FORMATS } from '../files/format.ts';
import { ON_RETIRED } from '../order/route.ts';
import { nearest } from '../text/nearest.ts';
import { LANE_WISHES } from './lane.ts';

/** One kind of value: how it is read, and how a JSON Schema describes it. A string back is what is wrong. */
export interface Field<T> {
  readonly read: (value: unknown) => { readonly ok: T } | { readonly wrong: string };
  readonly schema: object;
  /** What a cell of a table stands for; the text itself where there is nothing to do. */
  readonly fromCell?: (cell: string) => unknown;
}

const wrong = (message: string) => ({ wrong: message });

export function text(description: string, { empty = false } = {}): Field<string> {
  return {
    read: (value) =>
      typeof value !== 'string'
        ? wrong(typeof value === 'object' ? 'it takes text' : 'it takes text: put it in quotes')
        : empty || value.trim() !== ''
          ? { ok: value }
          : wrong('it is empty'),
    schema: { type: 'string', description, ...(empty ? {} : { minLength: 1 }) },
  };
}

function oneOf<const T extends string>(
  description: string,
  words: readonly T[],
  spell: (word: string) => string,
  what = 'one of',
): Field<T> {
  return {
    read(value) {
      const spelled = typeof value === 'string' || typeof value === 'number' ? spell(String(value)) : '';
      const found = words.find((word) => word === spelled);
      if (found !== undefined) return { ok: found };
      const near = nearest(spelled, words);
      return wrong(`it takes ${what} ${words.join(', ')}${near === null ? '' : `; did you mean "${near}"?`}`);
    },
    schema: { enum: words, description },
  };
}

const lower = (word: string): string => word.toLowerCase();

function whole(description: string, min: number, max: number): Field<number> {
  return {
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? { ok: value }
        : wrong(`it takes a whole number from ${min} to ${max}`),
    schema: { type: 'integer', minimum: min, maximum: max, description },
    fromCell: (cell) => (/^\d{1,9}$/.test(cell) ? Number(cell) : cell),
  };
}

function yesNo(description: string): Field<boolean> {
  return {
    read: (value) => (typeof value === 'boolean' ? { ok: value } : wrong('it takes true or false')),
    schema: { type: 'boolean', description },
    fromCell: (cell) => ({ true: true, false: false })[cell.trim().toLowerCase()] ?? cell,
  };
}

/** A list, or its only member alone. */
function list<T>(description: string, of: Field<T>): Field<readonly T[]> {
  return {
    read(value) {
      const read: T[] = [];
      for (const one of Array.isArray(value) ? value : [value]) {
        const result = of.read(one);
        if ('wrong' in result) return result;
        read.push(result.ok);
      }
      return { ok: read };
    },
    schema: { oneOf: [of.schema, { type: 'array', items: of.schema }], description },
    fromCell: (cell) =>
      cell
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
  };
}

const aspect: Field<Aspect> = {
  read: (value) =>
    typeof value === 'string' && isAspect(value)
      ? { ok: value }
      : wrong('it takes width:height in quotes, such as "16:9"'),
  schema: {
    type: 'string',
    pattern: '^[1-9][0-9]?:[1-9][0-9]?$',
    description: 'Width to height, such as "16:9"; without it, the model decides.',
  },
};
const isAspect = (text: string): text is Aspect => /^[1-9]\d?:[1-9]\d?$/.test(text);

export type Vars = Readonly<Record<string, string>>;
export const VARIABLE = /^[A-Za-z_][\w-]*$/;

const vars: Field<Vars> = {
  read(value) {
    if (!isObject(value)) return wrong('it takes names with values');
    const read: [string, string][] = [];
    for (const [name, one] of Object.entries(value)) {
      if (!VARIABLE.test(name)) return wrong(`"${name}" is no name for a variable`);
      if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
        return wrong(`"${name}" takes text or a number`);
      read.push([name, String(one)]);
    }
    return { ok: Object.fromEntries(read) };
  },
  schema: {
    type: 'object',
    propertyNames: { pattern: VARIABLE.source },
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    description: 'Values for {names} in prompt, style and out.',
  },
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All that can be said of a picture, or once for all of them as a default. */
export const FIELDS = {
  prompt: text('What the picture shows; {name} stands for a variable.'),
  style: text('Added below every prompt; "" adds nothing.', { empty: true }),
  vars,
  model: text('Id or alias of a model, or auto: the cheapest that can do it.'),
  'on-retired': oneOf(
    'What happens once its model was shut down: fail, or buy from the successor.',
    ON_RETIRED,
    lower,
  ),
  labels: list('What kind of picture it is, for the rules of route.', text('A label.')),
  size: oneOf('Size of the picture.', SIZES, (word) => word.toUpperCase()),
  aspect,
  lane: oneOf(
    'How it is bought; batch is cheaper and takes up to a day, mixed is batch but for what is urgent.',
    LANE_WISHES,
    lower,
  ),
  urgent: yesNo('It does not wait for the batch lane: in lanes batch and mixed it is bought now.'),
  thinking: oneOf('How much the model thinks.', THINKING_LEVELS, lower),
  needs: list(
    'Abilities that the model must have.',
    oneOf('An ability.', ABILITIES, (word) => abilityNow(lower(word)), 'abilities of the model:'),
  ),
  inputs: list(
    'Pictures that go along with the prompt, from the folder of this file.',
    text('Path of a picture.'),
  ),
  count: whole('How many pictures to make of it.', 1, 100),
  out: text('Where it goes, from the folder of this file, with {id}, {n}, {slug} and variables.'),
  format: oneOf('What it is stored as; keep leaves the bytes as they come.', ['keep', ...FORMATS], lower),
  quality: whole('Quality of a converted jpeg, webp or avif.', 1, 100),
} as const;

export type FieldName = keyof typeof FIELDS;
type Read<F> = F extends Field<infer T> ? T : never;

/** What a manifest says of a picture; everything may be left out. */
export type Values = { readonly [Name in FieldName]?: Read<(typeof FIELDS)[Name]> };

const ID = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]|[./](?=[\p{L}\p{N}_-]))*$/u;
const LONGEST_ID = 200;

export const id: Field<string> = {
  read(value) {
    const name = typeof value === 'number' ? String(value) : value;
    if (typeof name !== 'string' || name === '') return wrong('it takes a name');
    if (name.length > LONGEST_ID) return wrong(`it takes up to ${LONGEST_ID} characters`);
    return ID.test(name) ? { ok: name } : wrong('it takes letters, digits, - and _, with . and / in between');
  },
  schema: {
    type: ['string', 'integer'],
    maxLength: LONGEST_ID,
    description: 'The name of the picture, unique in the project: what the lock knows it by.',
  },
};
