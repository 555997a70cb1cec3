import { usageFailure } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { printable } from '../text/text.ts';

/** Words for the places in a prompt, by name. */
export type Variables = Readonly<Record<string, string>>;

const PLACE = /\{\{\s*([\w-]+)\s*\}\}/g;

/** The names of the places in a prompt, each once, in order. */
export const placesIn = (prompt: string): readonly string[] => [
  ...new Set([...prompt.matchAll(PLACE)].map(([, name = '']) => name)),
];

/** Fills every `{{name}}`. A place without words, or words without a place, is a typing error that would be paid for. */
export function filled(prompt: string, variables: Variables): string {
  const places = placesIn(prompt);
  const missing = places.find((name) => !Object.hasOwn(variables, name));
  if (missing !== undefined) {
    throw usageFailure(`Nothing is said for {{${missing}}} in the prompt.`, `Say it: --var ${missing}=…`);
  }
  const unused = Object.keys(variables).find((name) => !places.includes(name));
  if (unused !== undefined) {
    const meant = nearest(unused, places);
    throw usageFailure(
      `The prompt has no {{${printable(unused)}}}.`,
      places.length === 0
        ? 'Write it where the words belong.'
        : `It has {{${meant ?? places.join('}}, {{')}}}.`,
    );
  }
  // In one pass, so that words which look like a place stay as they are.
  return prompt.replace(PLACE, (_, name: string) => variables[name] ?? '');
}

/** What is asked for besides the prompt itself. */
export interface Direction {
  readonly style?: string | undefined;
  readonly negative?: string | undefined;
}

/** No Gemini model has fields for these, so they become sentences. https://ai.google.dev/gemini-api/docs/image-generation, checked 2026-10-09 */
export function directed(prompt: string, direction: Direction): string {
  const style = bare(direction.style);
  const negative = bare(direction.negative);
  const sentences = [
    ...(style ? [`Style: ${style}.`] : []),
    ...(negative ? [`The picture shows none of the following: ${negative}.`] : []),
  ];
  if (sentences.length === 0) return prompt;
  return withSentence(prompt, sentences.join(' '));
}

export const withSentence = (text: string, sentence: string): string =>
  `${text}${/[.!?。！？…]$/u.test(text) ? '' : '.'} ${sentence}`;

const bare = (text = ''): string => text.trim().replace(/\.+$/, '');
