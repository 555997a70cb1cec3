import { usageFailure } from '../../core/errors.ts';
import { placesIn } from '../../core/order/prompt-template.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Deps, PromptBook, Terminal } from '../../ports/index.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';
import { printTable } from '../shared/layout.ts';
import { promptFrom, promptName, promptSources, savedPrompt, type PromptSources } from '../create/prompt.ts';
import { documentOf } from '../shared/envelope.ts';
import { unknownVerb } from '../shared/usage-sentences.ts';

const SCHEMA = 'pixtab.prompt/1';

const FLAGS = [flag.promptFile, flag.force, ...COMMON] as const;
type PromptFlags = FlagsOf<typeof FLAGS>;

export const prompt = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'save, list, show or rm', 'list')
      .argument('[name]', 'name of the prompt')
      .argument('[text...]', 'the prompt, with {{name}} where --var fills in words')
      .addHelpText('after', EXAMPLES);
  },
  run,
  failed: (failure) => documentOf(SCHEMA, { sandbox: false, failure }, { prompts: [] }),
});

const EXAMPLES = `
Examples:
  pixtab prompt save product "a {{item}} on a white table, soft light"
  pixtab generate --prompt product --var item=mug`;

const COLUMNS = [{ title: 'name' }, { title: 'prompt', cut: 'end' }] as const;

const USED = 'pixtab generate --prompt <name> uses one.';

/** What other tools call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ls: 'list',
  add: 'save',
  new: 'save',
  create: 'save',
  set: 'save',
  get: 'show',
  delete: 'rm',
  remove: 'rm',
  use: USED,
  run: USED,
};

interface Saved {
  readonly name: string;
  readonly text: string;
}

async function run(
  [action = 'list', name, ...words]: readonly string[],
  flags: PromptFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const book = await deps.prompts();
  const found = await act(action, name, words, flags, book, promptSources(deps, terminal));
  if (flags.json) {
    const prompts = found.map(({ name, text }) => ({ name, text, places: placesIn(text) }));
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false }, { prompts }), null, 2));
  } else if (action === 'list') {
    const rows = found.map(({ name, text }) => [name, excerpt(text, 60)]);
    if (rows.length === 0) terminal.note('There are no saved prompts.');
    else printTable('text', COLUMNS, rows, terminal);
  } else if (action === 'show') {
    for (const { text } of found) terminal.out(text);
  } else {
    terminal.note(
      action === 'rm' ? `The prompt ${name} is gone.` : `Saved: pixtab --prompt ${name} uses it.`,
    );
  }
  return 0;
}

/** Does what the command says; resolves to the prompts that it is about. */
async function act(
  action: string,
  name: string | undefined,
  words: readonly string[],
  { promptFile, force }: PromptFlags,
  book: PromptBook,
  sources: PromptSources,
): Promise<readonly Saved[]> {
  if (action === 'list') {
    const all: Saved[] = [];
    for (const name of await book.names()) all.push({ name, text: (await book.find(name)) ?? '' });
    return all;
  }
  if (!['save', 'show', 'rm'].includes(action))
    throw unknownVerb('prompt', action, ['save', 'list', 'show', 'rm'], ELSEWHERE);
  if (name === undefined)
    throw usageFailure(
      `prompt ${action} needs the name of a prompt.`,
      action === 'save' ? 'Say: pixtab prompt save cat "a cat on a mat"' : 'pixtab prompt list shows them.',
    );
  if (action === 'save') {
    promptName(name);
    if (words.length === 0 && promptFile === undefined && !sources.stdinIsPiped())
      throw usageFailure(
        `prompt save ${name} needs the prompt.`,
        `Say: pixtab prompt save ${name} "a cat on a mat"`,
      );
    const text = await promptFrom(words, promptFile, sources);
    if (!force && (await book.find(name)) !== null) {
      throw usageFailure(`There is a prompt "${name}" already.`, 'Add --force to replace it.');
    }
    await book.save(name, text);
    return [{ name, text }];
  }
  const text = await savedPrompt(name, book);
  if (action === 'rm') await book.remove(name);
  return [{ name, text }];
}
