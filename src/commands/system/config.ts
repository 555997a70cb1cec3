import { Failure, usageFailure } from '../../core/errors.ts';
import { PREFERENCES } from '../../core/preferences.ts';
import { printable } from '../../core/text/text.ts';
import { isKeyName } from '../../core/providers/keys.ts';
import { withoutPassword } from '../../core/text/without-password.ts';
import type { Deps, SettingsFile, Terminal } from '../../ports/index.ts';
import { tellFailure } from '../shared/command.ts';
import { documentOf } from '../shared/envelope.ts';
import { declare, defineCommand, type FlagsOf } from '../shared/flag.ts';
import { COMMON } from '../shared/flags.ts';
import { printTable } from '../shared/layout.ts';
import { checkedValue, mustBeSetting, namesIn } from './setting-value.ts';

const SCHEMA = 'pixtab.config/1';

const FLAGS = [
  declare('--project', "the project's file, .pixtab.json, instead of your own"),
  declare('--show-origin', 'list, get: where each value is from'),
  ...COMMON,
] as const;

export const config = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[action]', 'list, get, set, unset, path or edit', 'list')
      .argument('[name]', 'name of a setting, such as max-cost')
      .argument('[value]', 'set: its value')
      .addHelpText('after', HELP);
  },
  ownFlags: ['project'],
  mendsSettings: true,
  run,
  failed: (failure) => documentOf(SCHEMA, { sandbox: false, failure }, { path: null, settings: [] }),
});

const HELP = `
list and get show what counts here; with --project, what stands in the project's file. The others change your own file.

Examples:
  pixtab config set max-cost 0.50
  pixtab config set model nano-banana-2.1 --project
  pixtab config list --show-origin
  pixtab config set gateways.work.address https://llm.example.com/gemini`;

interface Context {
  readonly flags: FlagsOf<typeof FLAGS>;
  readonly deps: Deps;
  readonly terminal: Terminal;
  readonly file: () => Promise<SettingsFile>;
}

/** What a verb has to say, for --json. */
interface Told {
  readonly settings?: readonly Setting[];
  /** The file that it is about. */
  readonly path?: string;
}

interface Setting {
  readonly name: string;
  /** null where it is a secret. */
  readonly value: string | null;
  readonly from: string;
}

interface Verb {
  /** Names of its arguments. */
  readonly takes: readonly string[];
  readonly run: (context: Context, ...args: readonly string[]) => Promise<Told>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: { takes: [], run: list },
  get: { takes: ['the name of a setting'], run: get },
  set: { takes: ['the name of a setting', 'a value'], run: set },
  unset: { takes: ['the name of a setting'], run: unset },
  path: { takes: [], run: path },
  edit: { takes: [], run: edit },
};

async function run(
  [action = 'list', ...rest]: readonly string[],
  flags: Context['flags'],
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, action) ? VERBS[action] : undefined;
  if (!verb) throw usageFailure(`config takes ${Object.keys(VERBS).join(', ')}, not "${printable(action)}".`);
  if (rest.length !== verb.takes.length) {
    const takes = verb.takes.join(' and ') || 'nothing more';
    throw usageFailure(`config ${action} takes ${takes}.`, 'pixtab config set max-cost 0.50 is an example.');
  }
  const file = () => deps.settingsFile(flags.project ? 'project' : 'user');
  const { settings = [], path = null } = await verb.run({ flags, deps, terminal, file }, ...rest);
  if (flags.json)
    terminal.out(JSON.stringify(documentOf(SCHEMA, { sandbox: false }, { path, settings }), null, 2));
  return 0;
}

async function list(context: Context): Promise<Told> {
  const { flags, terminal } = context;
  const settings = await shown(context);
  if (flags.json) return { settings };
  if (settings.length === 0) terminal.note('Nothing is set.');
  else {
    const titles = ['setting', 'value', ...(flags.showOrigin ? ['from'] : [])];
    const rows = settings.map(({ name, value, from }) => [name, value ?? '(secret)', from].map(printable));
    const columns = titles.map((title) => ({ title }));
    printTable(
      'text',
      columns,
      rows.map((row) => row.slice(0, titles.length)),
      terminal,
    );
  }
  return {};
}

async function get(context: Context, text = ''): Promise<Told> {
  const { flags, terminal } = context;
  const names = namesIn(text);
  mustBeSetting(names);
  const key = names.join('.');
  const all = await shown(context);
  const settings = all.filter(({ name }) => name === key || name.startsWith(`${key}.`));
  if (flags.json) return { settings };
  if (settings.length === 0) terminal.note(`${key} is not set.`);
  for (const { name, value, from } of settings) {
    if (value === null) throw usageFailure(`${name} is a secret, which pixtab shows nobody.`);
    terminal.out(flags.showOrigin ? `${printable(value)}\t${printable(from)}` : printable(value));
  }
  return {};
}

/** What counts here, or stands in the project's file. */
async function shown({ flags, deps, file }: Context): Promise<readonly Setting[]> {
  if (flags.project) return storedIn(await file());
  const { defaults, origins } = await deps.settings({});
  const counting = PREFERENCES.flatMap((name) => {
    const value = defaults[name];
    return value === undefined ? [] : [{ name, value: visible(name, value), from: origins[name] ?? '' }];
  });
  // No flag stands for the rest, so nothing else can count more.
  const files = [await deps.settingsFile('project'), await deps.settingsFile('user')];
  const stored = (await Promise.all(files.map(storedIn))).flat();
  return [...counting, ...stored.filter(({ name }) => !PREFERENCES.some((one) => one === name))];
}

/** null where it is a secret: the key itself may stand where its name belongs. */
const visible = (name: string, value: string): string | null =>
  name === 'key' && !isKeyName(value) ? null : withoutPassword(value);

const storedIn = async (file: SettingsFile): Promise<readonly Setting[]> =>
  (await file.values()).map(({ name, value }) => ({
    name,
    value: value === null ? null : visible(name, value),
    from: originIn(name, file),
  }));

const originIn = (name: string, { label }: SettingsFile): string => `"${name}" in ${label}`;

async function set(context: Context, text = '', value = ''): Promise<Told> {
  const { deps, terminal } = context;
  const names = namesIn(text);
  const file = await context.file();
  await file.set(names, await checkedValue(names, value, deps));
  const name = names.join('.');
  terminal.note(`set    ${name} in ${file.path}`);
  await tellWhatCounts(name, file, context);
  const settings = (await storedIn(file)).filter((one) => one.name === name);
  return { settings, path: file.path };
}

/** Another source may outdo the file, or be stricter. */
async function tellWhatCounts(name: string, file: SettingsFile, { deps, terminal }: Context): Promise<void> {
  const { defaults, origins, notices } = await deps.settings({});
  const from = origins[name];
  for (const notice of notices) terminal.note(`note   ${notice}`);
  if (from !== undefined && from !== originIn(name, file))
    terminal.note(`note   Here ${from} counts more: ${visible(name, defaults[name] ?? '') ?? '(secret)'}`);
}

async function unset({ terminal, file: fileOf }: Context, text = ''): Promise<Told> {
  const file = await fileOf();
  // Whatever is there may go, also what is no setting.
  const names = namesIn(text);
  const key = printable(names.join('.'));
  const wasThere = await file.unset(names);
  if (!wasThere) mustBeSetting(names);
  terminal.note(wasThere ? `unset  ${key} in ${file.path}` : `${key} is not set in ${file.path}.`);
  return { path: file.path };
}

async function path({ flags, terminal, file }: Context): Promise<Told> {
  const { path } = await file();
  if (!flags.json) terminal.out(path);
  return { path };
}

async function edit({ deps, terminal, file: fileOf }: Context): Promise<Told> {
  const file = await fileOf();
  const { path } = file;
  if (!terminal.stdinIsTerminal)
    throw usageFailure('config edit needs a terminal for the editor.', `The file is ${path}.`);
  const before = await file.text();
  for (let text = before || '{\n}\n'; ;) {
    text = await deps.editText(text, 'config.json');
    if (text === before) terminal.note('Nothing changed.');
    else if (await taken(text, file, terminal)) terminal.note(`saved  ${path}`);
    else if (await deps.confirm('Edit it again?')) continue;
    else throw usageFailure('The settings are as they were.');
    return { path };
  }
}

/** Whether the file has this text now; if not, it was said why. */
async function taken(text: string, file: SettingsFile, terminal: Terminal): Promise<boolean> {
  try {
    await file.replace(text);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tellFailure(error, terminal);
    return false;
  }
}
