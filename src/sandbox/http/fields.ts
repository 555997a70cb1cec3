import { detail, invalid } from './problem.ts';

export type ApiVersion = 'v1' | 'v1beta';

interface Violation {
  readonly field: string;
  readonly description: string;
}

/** One request being read. The API reports all problems of a request together, so they are collected. */
interface Reading {
  readonly version: ApiVersion;
  readonly violations: Violation[];
}

export interface Field<T> {
  /** Unknown to v1. */
  readonly beta?: boolean;
  readonly repeated?: boolean;
  read(value: unknown, path: string, reading: Reading): T | undefined;
}

type Of<F> = F extends Field<infer T> ? T : never;
type Shape = Readonly<Record<string, Field<unknown>>>;
export type Read<F> = Of<F>;

const PACKAGE = 'type.googleapis.com/google.ai.generativelanguage.v1beta';
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 200);

/** Reads a whole request body, or throws what the API would answer. */
export function readMessage<T>(field: Field<T>, json: unknown, version: ApiVersion): T {
  const reading: Reading = { version, violations: [] };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw badPayload([{ field: '', description: 'Root element must be a message.' }]);
  }
  const value = field.read(json, '', reading);
  if (reading.violations.length > 0 || value === undefined) throw badPayload(reading.violations);
  return value;
}

function badPayload(violations: readonly Violation[]): Error {
  const fieldViolations = violations.map(({ field, description }) => ({
    ...(field !== '' && { field }),
    description,
  }));
  return invalid(violations.map((violation) => violation.description).join('\n'), [
    detail('BadRequest', { fieldViolations }),
  ]);
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const under = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** A message with these fields, by their names in camel case or snake case; any other field is refused. */
export function message<S extends Shape>(
  type: string,
  shape: S,
  oneOf: readonly string[] = [],
): Field<{ readonly [K in keyof S]?: Of<S[K]> }> {
  const names = new Map<string, string>();
  for (const name of Object.keys(shape)) names.set(name, name).set(snake(name), name);
  const exclusive = new Set(oneOf);

  return {
    read(value, path, reading) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        report(reading, path, `Invalid value at '${path}' (${PACKAGE}.${type}), ${shown(value)}`);
        return undefined;
      }
      const result: Record<string, unknown> = {};
      let taken = false;
      for (const [given, content] of Object.entries(value)) {
        const name = names.get(given);
        const field = name === undefined ? undefined : shape[name];
        const place = path === '' ? '' : ` at '${path}'`;
        const unknown = `Invalid JSON payload received. Unknown name ${JSON.stringify(given)}${place}`;
        if (name === undefined || !field || (field.beta === true && reading.version === 'v1')) {
          report(reading, path, `${unknown}: Cannot find field.`);
        } else if (content === null) {
          continue;
        } else if (Array.isArray(content) && field.repeated !== true) {
          report(reading, path, `${unknown}: Proto field is not repeating, cannot start list.`);
        } else if (exclusive.has(name) && taken) {
          const already = `oneof field 'data' is already set. Cannot set '${name}'`;
          report(reading, path, `Invalid value at '${path}' (oneof), ${already}`);
        } else {
          taken ||= exclusive.has(name);
          const read = field.read(content, under(path, snake(name)), reading);
          if (read !== undefined) result[name] = read;
        }
      }
      // Every value was read by the field of its name.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return result as { readonly [K in keyof S]?: Of<S[K]> };
    },
  };
}

/** A repeated field; the API takes a single value for a list of one. */
export function list<T>(item: Field<T>): Field<readonly T[]> {
  return {
    repeated: true,
    read(value, path, reading) {
      if (!Array.isArray(value)) {
        const single = item.read(value, path, reading);
        return single === undefined ? undefined : [single];
      }
      const items = value.map((each: unknown, index) => item.read(each, `${path}[${index}]`, reading));
      return items.filter((each) => each !== undefined);
    },
  };
}

/** A field that v1 does not know. */
export const beta = <T>(field: Field<T>): Field<T> => ({ ...field, beta: true });

function scalar<T>(type: string, convert: (value: unknown) => T | undefined): Field<T> {
  return {
    read(value, path, reading) {
      const converted = convert(value);
      if (converted === undefined)
        report(reading, path, `Invalid value at '${path}' (${type}), ${shown(value)}`);
      return converted;
    },
  };
}

export const text = scalar('TYPE_STRING', (value) => (typeof value === 'string' ? value : undefined));
export const flag = scalar('TYPE_BOOL', (value) => {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
});
export const number = scalar('TYPE_FLOAT', (value) => {
  const converted = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof converted === 'number' && Number.isFinite(converted) ? converted : undefined;
});
export const integer = scalar('TYPE_INT32', (value) => {
  const converted = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof converted === 'number' && Number.isInteger(converted) ? converted : undefined;
});

/** Any value: a part of the API that the sandbox does not use, or free-form JSON. */
export const anything: Field<unknown> = { repeated: true, read: (value) => value };

/** Base64 of either alphabet, kept as it came: it may be megabytes. */
export const base64: Field<string> = {
  read(value, path, reading) {
    if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return value;
    const why = typeof value === 'string' ? `Base64 decoding failed for ${shown(value)}` : shown(value);
    report(reading, path, `Invalid value at '${path}' (TYPE_BYTES), ${why}`);
    return undefined;
  },
};

/** A value of an enumeration, by its name in any case or by its number. */
export function choice<T extends string>(type: string, values: readonly T[]): Field<T> {
  return scalar(`${PACKAGE}.${type}`, (value) => {
    if (typeof value === 'number') return values[value];
    if (typeof value !== 'string') return undefined;
    return values.find((each) => each.toUpperCase() === value.toUpperCase());
  });
}

function report(reading: Reading, field: string, description: string): void {
  reading.violations.push({ field, description });
}
