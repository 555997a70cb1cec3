import { usageFailure } from '../../core/errors.ts';
import { variants } from '../../core/order/variations.ts';
import type { Deps, PromptBook, Terminal } from '../../ports/index.ts';
import type { FlagsOf } from '../shared/flag.ts';
import { flag } from '../shared/flags.ts';
import { nearest } from '../../core/text/nearest.ts';
import { printable } from '../../core/text/text.ts';

/** Where a prompt may come from, besides words and flags. */
export interface PromptSources extends Pick<Deps, 'readText' | 'readStdin'> {
  /** A prompt is read from standard input where there is no other. */
  readonly stdinIsPiped: () => boolean;
}

/** For a command whose input images come from `images`, one of which may be standard input itself. */
export const promptSources = <Sources extends Pick<Deps, 'readText' | 'readStdin'>>(
  deps: Sources,
  terminal: Terminal,
  images: readonly string[] = [],
): Sources & PromptSources => ({
  ...deps,
  // Asked only where there is no other prompt: opening standard input costs time.
  stdinIsPiped: () => !images.includes('-') && terminal.stdinIsPiped,
});

/** The prompt of a command line: its words, a file, or what is piped in; never blank. */
export async function promptFrom(
  words: readonly string[],
  file: string | undefined,
  { readText, readStdin, stdinIsPiped }: PromptSources,
): Promise<string> {
  const typed = words.join(' ');
  if (typed.trim() === '-') throw usageFailure('- is no prompt.', 'From standard input: --prompt-file -');
  if (file === undefined) {
    // Words that are there and empty are a mistake, of a script for instance, and no pipe makes up for it.
    const text = words.length === 0 && stdinIsPiped() ? withoutMark(await readStdin()) : typed;
    return notBlank(text, 'The prompt is empty.');
  }
  if (typed.trim() !== '') throw usageFailure('The prompt is given twice: as words and with --prompt-file.');
  const text = file === '-' ? await readStdin() : await readText(file);
  return notBlank(
    withoutMark(text),
    file === '-' ? 'Standard input is empty.' : `--prompt-file ${file} is empty.`,
  );
}

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** Invisible characters alone are no prompt either. */
export const isBlank = (text: string): boolean => /^[\s\p{C}]*$/u.test(text);

function notBlank(text: string, message: string): string {
  if (isBlank(text))
    throw usageFailure(message, 'Say what the picture shows, such as "a lighthouse at dusk".');
  return text.trim();
}

/** Where the words of a prompt come from, and what is made of them. */
export const PROMPT = [
  flag.promptFile,
  flag.prompt,
  flag.variable,
  flag.style,
  flag.negative,
  flag.vary,
] as const;
type PromptFlags = FlagsOf<typeof PROMPT>;

/** What a command line asks for: one prompt, or with --vary several. */
export interface Asked {
  readonly prompt: string;
  readonly prompts?: readonly string[];
}

/** The whole prompt: out of words, a file or the prompt book, with its places filled, and style and negatives said. */
export async function wholePrompt(
  words: readonly string[],
  { promptFile, prompt, var: variables = {}, style, negative, vary = [] }: PromptFlags,
  deps: PromptSources & Pick<Deps, 'prompts'>,
): Promise<Asked> {
  if (prompt !== undefined && (words.length > 0 || promptFile !== undefined)) {
    throw usageFailure(`The prompt is given twice: by --prompt ${prompt} and in words.`);
  }
  const text =
    prompt === undefined
      ? await promptFrom(words, promptFile, deps)
      : await savedPrompt(prompt, await deps.prompts());
  const prompts = variants(text, variables, { style, negative }, vary).map((one) =>
    notBlank(one, 'The prompt is empty.'),
  );
  const [first = ''] = prompts;
  return prompts.length === 1 ? { prompt: first } : { prompt: first, prompts };
}

/** A name that is the same on every file system, and no flag. */
export function promptName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/.test(text)) return text;
  throw usageFailure(
    `"${printable(text).slice(0, 80)}" is no name of a saved prompt: they are small letters, digits, - and _.`,
    'A prompt itself goes behind generate, or into -p of edit.',
  );
}

export async function savedPrompt(name: string, book: PromptBook): Promise<string> {
  const text = await book.find(promptName(name));
  if (text !== null) return text;
  const names = await book.names();
  const meant = nearest(name, names);
  throw usageFailure(
    `There is no saved prompt "${name}".`,
    names.length === 0
      ? `Save it: pixtab prompt save ${name} "…"`
      : `${meant ? `Did you mean ${meant}? ` : ''}pixtab prompt list shows them.`,
    'pixtab prompt list',
  );
}
