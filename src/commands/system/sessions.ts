import { usageFailure } from '../../core/errors.ts';
import { sessionDays } from '../../core/policy/retention.ts';
import { printable } from '../../core/text/text.ts';
import { nearest } from '../../core/text/nearest.ts';
import type { Deps, SessionFacts, Terminal } from '../../ports/index.ts';
import { printSessions, sessionJson } from '../create/session-list.ts';
import { documentOf } from '../shared/envelope.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON, flag } from '../shared/flags.ts';

const SCHEMA = 'pixtab.session/1';

const FLAGS = [flag.ofSandbox, ...COMMON] as const;

export const session = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'list or rm', 'list')
      .argument('[names...]', 'sessions to let go of')
      .addHelpText('after', EXAMPLES);
  },
  run,
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, { sessions: [] }),
});

const EXAMPLES = `
A session is what a conversation goes on from: its prompts and its answers. Pictures on disk and what was spent stay.

Examples:
  pixtab session
  pixtab session rm sky lake`;

async function run(
  [action = 'list', ...names]: readonly string[],
  flags: FlagsOf<typeof FLAGS>,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const settings = await deps.settings(flags);
  const sessions = await deps.sessions(settings);
  const all = await sessions.list();
  const days = sessionDays(settings);
  if (action === 'list' && names.length > 0)
    throw usageFailure(
      'pixtab session list takes no names.',
      'To go on with one: pixtab chat --session <name>',
    );
  if (action !== 'list' && action !== 'rm')
    throw usageFailure(`pixtab session ${printable(action)} is no command.`, 'There are list and rm.');
  const gone = action === 'rm' ? named(names, all) : [];
  for (const { name } of gone) await sessions.remove(name);
  if (flags.json) {
    const shown = (action === 'rm' ? gone : all).map(sessionJson);
    terminal.text(JSON.stringify(documentOf(SCHEMA, settings, { sessions: shown }), null, 2));
  } else if (action === 'list') printSessions(all, days, deps, terminal);
  for (const { name } of gone) terminal.note(`removed ${name}`);
  return 0;
}

/** All of them or none, so that a typing error removes nothing. */
function named(names: readonly string[], all: readonly SessionFacts[]): readonly SessionFacts[] {
  if (names.length === 0)
    throw usageFailure(
      'pixtab session rm needs the name of a session.',
      'pixtab session lists them.',
      'pixtab session',
    );
  return [...new Set(names)].map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    const meant = nearest(
      name,
      all.map((one) => one.name),
    );
    throw usageFailure(
      `There is no session ${printable(name)}${meant ? `; there is ${meant}` : ''}.`,
      'pixtab session lists them.',
    );
  });
}
