import { askedFor } from '../../core/completion/asked.ts';
import { inBash, typedLine } from '../../core/completion/bash-line.ts';
import type { CompletionTable } from '../../core/completion/table.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { PREFERENCES } from '../../core/preferences.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';

/** More would only scroll by. */
const MOST = 500;

/**
 * Prints what may come next on a command line: "files" or "words", and a line for each candidate. A shell asks while
 * somebody types, so whatever goes wrong, there is just nothing to propose.
 */
export async function complete(args: readonly string[], deps: Deps, terminal: Terminal): Promise<number> {
  try {
    const [, shell, marker, ...rest] = args;
    const line =
      marker === '--line'
        ? typedLine(rest[0] ?? '')
        : { before: ['', ...rest.slice(0, -1)], word: unquoted(rest.at(-1) ?? ''), quote: null };
    const before = line.before.slice(1);
    const asked = askedFor(before, line.word, await tableHere(deps), PREFERENCES);
    // Only what others keep is worth loading whoever reads it.
    const kept =
      asked.kept === null ? [] : await (await import('./kept.ts')).keptCandidates(asked.kept, before, deps);
    const found = [...asked.candidates, ...kept]
      .filter(({ value }) => value.startsWith(asked.word) && isTypeable(value))
      .slice(0, MOST);
    terminal.out(asked.files ? 'files' : 'words');
    for (const { value, about } of found) {
      const whole = `${asked.before}${value}`;
      const text = shell === 'bash' ? inBash(whole, line) : whole;
      if (text !== null) terminal.out(about === '' ? text : `${text}\t${printable(about)}`);
    }
  } catch {
    return 0;
  }
  return 0;
}

/** Some shells leave the quotation mark on that is still open. */
const unquoted = (word: string): string => word.replace(/^["']/, '');

/** What has a line break or another control character in it, no shell can be given in a line. */
const isTypeable = (value: string): boolean => value !== '' && printable(value) === value;

/** The table of the build, as far as it is still true; made anew where there is none. */
async function tableHere(deps: Deps): Promise<CompletionTable> {
  const built = await deps.builtTable();
  const isTrue =
    built !== null && built.version === deps.version && dayOf(deps.clock.now()) < (built.modelsUntil ?? '');
  return isTrue ? built : (await import('./table.ts')).completionTable(deps);
}
