import { PREFERENCES, variableOf, type Preference } from '../../core/preferences.ts';
import { nearest } from '../../core/text/nearest.ts';

/** Variables by name, from the environment or a `.env` file. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Said behind the name of a variable. */
export const IN_DOTENV = ' in .env';

/** A value and where it was found, for messages. */
export interface Found {
  readonly value: string;
  readonly from: string;
}

export const OWN_BASE_URL_VARIABLE = 'PIXTAB_BASE_URL';
/** The variables that say where requests go; the first that is set counts. */
export const BASE_URL_VARIABLES = [OWN_BASE_URL_VARIABLE, 'GOOGLE_GEMINI_BASE_URL'] as const;

/** A variable's value without the space around it; null when there is none: an empty variable counts as unset. */
export function valueOf(variables: Variables, name: string): string | null {
  return variables[name]?.trim() || null;
}

/** A value without a pair of quotation marks around it, which docker --env-file and others leave in place. */
export const unquoted = (value: string): string => /^(["'`])(.*)\1$/.exec(value)?.[2]?.trim() ?? value;

const NAMED = /\$\{(\w+)\}/g;

/** The variables that a value is made of: "${TEAM_TOKEN}" names one. */
export const variablesNamed = (value: string): readonly string[] =>
  Array.from(value.matchAll(NAMED), ([, name = '']) => name);

/** The value with something in the place of each of them. */
export const filledIn = (value: string, valueFor: (name: string) => string): string =>
  value.replaceAll(NAMED, (_, name: string) => valueFor(name));

/** The preferences among some variables. */
export function preferencesIn(variables: Variables, suffix: string): ReadonlyMap<Preference, Found> {
  const found = new Map<Preference, Found>();
  for (const name of PREFERENCES) {
    const value = valueOf(variables, variableOf(name));
    if (value !== null) found.set(name, { value, from: `${variableOf(name)}${suffix}` });
  }
  return found;
}

/** Variables that a `.env` file cannot set: the working directory must not decide where books are kept and keys are sent. */
export const BY_ENVIRONMENT_ALONE = ['PIXTAB_HOME', 'PIXTAB_GATEWAYS'] as const;

const KNOWN = [...BY_ENVIRONMENT_ALONE, 'PIXTAB_SANDBOX', 'PIXTAB_BASE_URL', ...PREFERENCES.map(variableOf)];

/** Names mistyped variables, PIXTAB_MAXCOST for instance, which would otherwise be ignored in silence. */
export function unknownIn(
  variables: Variables,
  suffix: string,
  used: readonly string[] = [],
): readonly string[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith('PIXTAB_') && !KNOWN.includes(name) && !used.includes(name))
    .map((name) => {
      const meant = nearest(name, KNOWN);
      return `${name}${suffix} does nothing${meant ? `; ${meant} would` : ''}.`;
    });
}

/** These move other Google tools to a platform with other prices and other bills. */
const PLATFORM_VARIABLES = [
  'GOOGLE_GENAI_USE_VERTEXAI',
  'GOOGLE_GENAI_USE_ENTERPRISE',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_CLOUD_LOCATION',
  'GOOGLE_VERTEX_BASE_URL',
  'GOOGLE_APPLICATION_CREDENTIALS',
];

export function platformNote(variables: Variables): string | null {
  const set = PLATFORM_VARIABLES.filter((name) => valueOf(variables, name) !== null);
  if (set.length === 0) return null;
  return `Ignored: ${set.join(', ')}. Requests go to the Gemini API and are billed to the API key.`;
}
