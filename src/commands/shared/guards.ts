import type { Command } from 'commander';
import { usageFailure } from '../../core/errors.ts';
import { edits } from '../../core/text/nearest.ts';
import { printable } from '../../core/text/text.ts';
import { COMMANDS } from '../index.ts';
import { meantBy } from './foreign-flags.ts';
import { FOREIGN_NOUNS, FOREIGN_WORDS } from './foreign-words.ts';

// What would buy something by mistake ends here, before anything is loaded or sent.

/** `pixtab modles` must not buy a picture of "modles"; asked when the first word names no command. */
export function refuseMistypedCommand(argv: readonly string[]): void {
  const [first = ''] = argv;
  refuseForeignCommand(first, argv);
  const meant = COMMANDS.map(({ name }) => name).find((name) => edits(first, name) <= slips(name));
  if (!meant) return;
  throw usageFailure(
    `There is no command ${first}; pixtab ${meant} exists.`,
    `For a picture, say: pixtab generate "${first} …"`,
  );
}

/** `pixtab list`, `pixtab gen "a cat"` and `pixtab /help` were meant for another tool, or for a chat. */
function refuseForeignCommand(first: string, argv: readonly string[]): void {
  const words = argv.filter((word) => !word.startsWith('-'));
  const picture = `For a picture, say: pixtab generate ${JSON.stringify(printable(words.join(' ')))}`;
  if (/^\/[a-z?]+$/i.test(first)) {
    throw usageFailure(`${printable(first)} is no command: those with a slash are for pixtab chat.`, picture);
  }
  const word = first.toLowerCase();
  const hint = FOREIGN_WORDS.get(word) ?? (words.length === 1 ? FOREIGN_NOUNS.get(word) : undefined);
  if (hint !== undefined) throw usageFailure(`There is no command ${printable(first)}. ${hint}`, picture);
}

/** A short name has too many ordinary words for neighbours: a plane is not a plan, nor is a watch a batch. */
const slips = ({ length }: string): number => (length < 6 ? 0 : length < 8 ? 1 : 2);

/** `pixtab --json models` would buy a picture of "models". */
export function refuseCommandAsPrompt(words: readonly string[]): void {
  const [word = ''] = words;
  refuseFlagsInside(words.join(' '));
  if (words.length !== 1) return;
  refuseShortFlag(word);
  refuseForeignCommand(word, words);
  if (word !== 'help' && !COMMANDS.some(({ name }) => name === word)) return;
  throw usageFailure(
    `${word} is a command, and the command comes first: pixtab ${word} …`,
    `For a picture, say: pixtab generate ${word}`,
  );
}

/** `"a cat --ar 16:9"` is how others write flags: inside of the quotes they would only be drawn, or ignored. */
function refuseFlagsInside(prompt: string): void {
  const [, flag] = /(?:^|\s)(--[a-z][\w-]*)/i.exec(prompt) ?? [];
  if (flag === undefined) return;
  const meant = meantBy(flag, 'generate');
  throw usageFailure(
    `${printable(flag)} stands inside of the prompt, where it would be words.`,
    `${meant === null ? 'Flags stand outside of the quotes.' : `Outside of the quotes: ${meant}`} As words: ${generating(prompt)}`,
  );
}

/** `pixtab -- -n` shows nothing that could be drawn. */
function refuseShortFlag(word: string): void {
  if (!/^-\S+$/.test(word)) return;
  throw usageFailure(
    `${printable(word)} is no prompt: it begins as a flag does.`,
    `For a picture, say: ${generating(word)}`,
  );
}

/** The command that takes these words for a prompt, whatever they begin with. */
const generating = (prompt: string): string =>
  `pixtab generate ${prompt.startsWith('-') ? '-- ' : ''}${JSON.stringify(printable(prompt))}`;

/** `-o --sandbox` leaves the flag out as a file name; it must not buy for real what was meant as a try. */
export function refuseSwallowedFlags(command: Command): void {
  const flags = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const words = (Array.isArray(value) ? value : [value]).filter((word) => typeof word === 'string');
    const swallowed = words.find((word) => flags.has(word.split('=')[0]));
    if (swallowed) throw usageFailure(`${option.long} needs a value, and ${swallowed} is a flag.`);
  }
}

/** Counts how often a model is named: of two, only the last would be asked. The function refuses more than one. */
export function countingModels(command: Command): () => void {
  let models = 0;
  command.on('option:model', () => void (models += 1));
  return () => {
    if (models <= 1) return;
    throw usageFailure(
      '-m is given twice, and one model is asked.',
      'To compare models: pixtab estimate "…" --compare. To have others in reserve: --fallback.',
    );
  };
}

/** Whether a command line is a shell that asks, and no user. */
export const isShellAsking = ([command, , marker]: readonly string[]): boolean =>
  command === 'completion' && (marker === '--' || marker === '--line');
