import { nearest } from '../nearest.ts';
import type { Vars } from './fields.ts';

/** A placeholder without a value, as the end of a sentence. */
export interface Unfilled {
  readonly missing: string;
}

/**
 * Puts values in the place of {names}; {{name}} is {name} itself. Braces around anything else stay as they are: prompts
 * may hold JSON.
 */
export function filled(template: string, vars: Vars): string | Unfilled {
  if (!template.includes('{')) return template;
  let missing: string | null = null;
  const text = template.replace(
    /\{\{([A-Za-z_][\w-]*)\}\}|\{([A-Za-z_][\w-]*)\}/g,
    (written, literal?: string, name?: string) => {
      if (name === undefined) return `{${literal}}`;
      const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
      if (value === undefined) missing ??= name;
      return value ?? written;
    },
  );
  return missing === null ? text : { missing: unknownVariable(missing, Object.keys(vars)) };
}

function unknownVariable(name: string, known: readonly string[]): string {
  const near = nearest(name, known, Math.max(1, Math.floor(name.length / 3)));
  const meant = near === null ? '' : `; did you mean {${near}}?`;
  return `there is no value for {${name}}${meant}`;
}
