import { join, relative, resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Deps, Terminal, Tree } from '../../ports/index.ts';
import { documentOf } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON } from '../shared/flags.ts';
import { git } from './git.ts';
import { instructions } from './instructions.ts';
import { manifest } from './manifest.ts';
import type { Part, Seen, Wanted } from './part.ts';
import { workflows } from './workflows.ts';

const SCHEMA = 'pixtab.init/1';

const FLAGS = [
  declare('--agent', 'only instructions for coding agents: a section of AGENTS.md'),
  declare('--dry-run', 'say what would be written, and write nothing'),
  ...COMMON,
] as const;

/** What is prepared, in this order: for the project, or for coding agents that work in it. */
const PARTS: Readonly<Record<'project' | 'agents', readonly Part[]>> = {
  project: [manifest, git, workflows],
  agents: [instructions],
};

const NEXT = {
  project: 'pixtab plan says what it costs, pixtab apply --sandbox tries it for nothing',
  agents: 'pixtab budget set 5/day limits what they may spend',
} as const;

export const init = defineCommand({
  flags: FLAGS,
  configure: (command) => void command.addHelpText('after', HELP),
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure) => documentOf(SCHEMA, { sandbox: false, failure }, { files: [] }),
});

const HELP = `
A manifest that pixtab plan understands at once; in a git repository, lines of .gitignore and .gitattributes; on GitHub, a
workflow that says what a pull request costs, and one that buys at half the price every night. What is there already stays.
With --agent a section of AGENTS.md (or of CLAUDE.md or GEMINI.md, where only that is there) that tells coding agents what to
run first, what costs money, and how to stay inside the budget.

Examples:
  pixtab init --dry-run
  pixtab init && pixtab plan
  pixtab init --agent`;

/** What becomes of one file. */
interface Step {
  readonly path: string;
  /** As people are told. */
  readonly shown: string;
  readonly action: 'create' | 'add' | 'keep';
  /** The whole text of the file as it should be; null where it stays. */
  readonly text: string | null;
  /** Lines that are added to what is there; of a section, its heading. */
  readonly added: readonly string[];
}

async function run(flags: FlagsOf<typeof FLAGS>, deps: Deps, terminal: Terminal): Promise<number> {
  const { cwd, tree, version } = deps;
  const root = await deps.repositoryFolder();
  const seen: Seen = {
    version,
    here: await tree(cwd),
    repository: root === null ? null : await tree(root),
    below: root === null || root === cwd ? '' : `${relative(root, cwd).replaceAll('\\', '/')}/`,
  };
  const steps: Step[] = [];
  const purpose = flags.agent ? 'agents' : 'project';
  for (const part of PARTS[purpose])
    for (const wanted of await part.wants(seen)) steps.push(await stepFor(wanted, seen, cwd, root));
  for (const step of flags.dryRun ? [] : steps) await carryOut(step, deps);
  if (flags.json) {
    const files = steps.map(({ path, action, added }) => ({ path, action, added }));
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false }, { files }), null, 2));
  } else tell(steps, flags.dryRun ? null : NEXT[purpose], terminal);
  return 0;
}

async function stepFor(wanted: Wanted, seen: Seen, cwd: string, root: string | null): Promise<Step> {
  const { from, path } = wanted;
  const folder = from === 'repository' && root !== null ? root : cwd;
  const absolute = join(folder, path);
  const step = { path: absolute, shown: relative(cwd, absolute), added: [], text: null } as const;
  const there = await textAt(path, from === 'repository' ? seen.repository : seen.here);
  if ('text' in wanted)
    return there === null ? { ...step, action: 'create', text: wanted.text } : { ...step, action: 'keep' };
  const has = new Set((there ?? '').split(/\r?\n/).map((line) => line.trim()));
  if ('section' in wanted) {
    const { heading, text } = wanted.section;
    if (has.has(heading)) return { ...step, action: 'keep' };
    const before = there === null || there.trim() === '' ? '' : `${there.trimEnd()}\n\n`;
    return {
      ...step,
      action: there === null ? 'create' : 'add',
      text: `${before}${heading}\n${text}`,
      added: [heading],
    };
  }
  // A line that says something else of the same file is the user's decision.
  const added = wanted.lines.filter((line) => !has.has(line) && !isDecided(line, has));
  if (added.length === 0) return { ...step, action: 'keep' };
  const before = there === null || there === '' || there.endsWith('\n') ? (there ?? '') : `${there}\n`;
  return {
    ...step,
    action: there === null ? 'create' : 'add',
    text: `${before}${added.join('\n')}\n`,
    added,
  };
}

/** Whether a file of attributes has a line for the same name. */
function isDecided(line: string, has: ReadonlySet<string>): boolean {
  const [name = '', ...attributes] = line.split(' ');
  return attributes.length > 0 && [...has].some((other) => other.startsWith(`${name} `));
}

const textAt = async (path: string, tree: Tree | null): Promise<string | null> => tree?.text(path) ?? null;

async function carryOut(
  { path, action, text, shown }: Step,
  { writeText }: Pick<Deps, 'writeText'>,
): Promise<void> {
  if (text === null) return;
  const isWritten = await writeText(resolve(path), text, { isNew: action === 'create' });
  if (!isWritten) throw new Failure('usage', `${shown} came into being just now, and stays as it is.`);
}

const DONE = { create: 'created', add: 'added', keep: 'kept' } as const;
const TO_DO = { create: 'create', add: 'add', keep: 'keep' } as const;

/** `next` is what to do now; null where nothing was written. */
function tell(steps: readonly Step[], next: string | null, terminal: Terminal): void {
  const words = next === null ? TO_DO : DONE;
  for (const { shown, action, added } of steps) {
    const what = action === 'add' ? `: ${added.join(', ')}` : '';
    terminal.note(`${words[action].padEnd(7)} ${printable(shown)}${what}`);
  }
  const changes = steps.filter(({ action }) => action !== 'keep').length;
  if (next === null) terminal.note(`dry    ${counted(changes, 'file')} would change: nothing was written`);
  else terminal.note(`next   ${next}`);
}
