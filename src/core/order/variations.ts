import { usageFailure } from '../errors.ts';
import {
  directed,
  filled,
  placesIn,
  withSentence,
  type Direction,
  type Variables,
} from './prompt-template.ts';
import { printable } from '../text/text.ts';

/** A name and the words to try for it: "style" and ["watercolor", "ink"]. */
export interface Variation {
  readonly name: string;
  readonly words: readonly string[];
}

const MOST = 100;

/** Every combination of words, the last list changing fastest. */
export function combinations(variations: readonly Variation[]): readonly Variables[] {
  const size = variations.reduce((product, { words }) => product * words.length, 1);
  if (size > MOST) throw usageFailure(`--vary makes ${size} prompts; up to ${MOST} are possible.`);
  const twice = variations.find(
    ({ name }, index) => variations.findIndex((one) => one.name === name) !== index,
  );
  if (twice)
    throw usageFailure(`--vary ${printable(twice.name)} is given twice.`, 'Put all its words into one list.');
  return variations.reduce<readonly Variables[]>(
    (before, { name, words }) => before.flatMap((one) => words.map((word) => ({ ...one, [name]: word }))),
    [{}],
  );
}

/** Each prompt as often as the count says. */
export function timesEach(prompts: readonly string[], count: number): readonly string[] {
  const images = prompts.length * count;
  if (images > MOST) {
    throw usageFailure(
      `--vary makes ${prompts.length} prompts, and with -n ${count} that is ${images} images; up to ${MOST} are possible.`,
    );
  }
  return prompts.flatMap((prompt) => Array.from({ length: count }, () => prompt));
}

/** One whole prompt a combination. What has no place in the prompt is said behind it: "Angle: front." */
export function variants(
  prompt: string,
  variables: Variables,
  direction: Direction,
  variations: readonly Variation[],
): readonly string[] {
  const places = placesIn(prompt);
  return combinations(variations).map((words) => {
    const [inside, behind] = split(words, (name) => places.includes(name));
    const whole = filled(prompt, { ...variables, ...inside });
    const { style, negative, ...others } = behind;
    const said = Object.entries(others).reduce(
      (text, [name, word]) => withSentence(text, `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${word}.`),
      whole,
    );
    return directed(said, { style: style ?? direction.style, negative: negative ?? direction.negative });
  });
}

function split(words: Variables, isInside: (name: string) => boolean): readonly [Variables, Variables] {
  const entries = Object.entries(words);
  return [
    Object.fromEntries(entries.filter(([name]) => isInside(name))),
    Object.fromEntries(entries.filter(([name]) => !isInside(name))),
  ];
}
