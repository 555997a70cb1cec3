import { isOfTheUser, PREFERENCES, variableOf, type Preference } from '../../src/core/preferences.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { flag } from '../../src/commands/shared/flags.ts';
import { routeFlag } from '../../src/commands/shared/route-flag.ts';
import { FAILURES } from '../../src/core/errors.ts';
import { FIELDS } from '../../src/core/manifest/fields.ts';
import { FAULTS } from '../../src/sandbox/faults/faults.ts';
import { GUISES } from '../../src/sandbox/guises/guises.ts';
import { world } from '../support/fakes/deps.ts';

/** What stands between `<!-- generated: name -->` and `<!-- /generated -->` in a page: what the program says of itself. */
export async function blockOf(name: string): Promise<string> {
  const [kind = '', argument = ''] = name.split(/: (.*)/s);
  const block = BLOCKS[kind];
  if (block === undefined) throw new Error(`Nothing generates the block "${name}".`);
  return block(argument);
}

export const BLOCKS: Readonly<Record<string, (argument: string) => Promise<string> | string>> = {
  commands: () => COMMANDS.map(({ name, summary }) => `- \`pixtab ${name}\`: ${summary}`).join('\n'),
  help: async () => (await Promise.all(COMMANDS.map(({ name }) => helpOf(name)))).join('\n\n'),
  'exit codes': () =>
    table(
      ['code', 'kind', 'meaning', 'charged?'],
      [
        ['0', 'ok', 'all that was asked for is on disk', ''],
        ...Object.entries(FAILURES).map(([kind, row]) => [String(row.exit), kind, row.text, row.charged]),
      ],
    ),
  table: (line) => printed([...line.split(' '), '--markdown']),
  settings: () =>
    table(
      ['flag', 'variable', 'in a file', 'what it is'],
      PREFERENCES.map((name) => {
        const file = isOfTheUser(name) ? 'yours only' : `\`${name}\``;
        const said = WITHOUT_FLAG[name];
        if (said !== undefined) return ['', `\`${variableOf(name)}\``, file, said];
        const { flags, description } = optionOf(name);
        return [`\`${flags}\``, `\`${variableOf(name)}\``, file, description];
      }),
    ),
  'manifest keys': () =>
    table(
      ['key', 'what it is'],
      Object.entries(FIELDS).map(([name, { schema }]) => [`\`${name}\``, descriptionOf(schema)]),
    ),
  guises: () =>
    table(
      ['--as', 'address', 'what it plays'],
      GUISES.map(({ name, about, prefix }) => [`\`${name}\``, `\`http://127.0.0.1:PORT${prefix}\``, about]),
    ),
  faults: () =>
    table(
      ['fault', 'what happens'],
      Object.entries(FAULTS).map(([name, { about }]) => [`\`${name}\``, about]),
    ),
};

const WITHOUT_FLAG: Partial<Record<Preference, string>> = {
  'picture-hosts':
    'hosts from which pictures are fetched that an answer only points to: `cdn.example,*.b.example`',
  ledger:
    'where the ledger is: a folder, or [a PostgreSQL database](teams.md) as `postgres://user@host/database`',
  journal:
    '`local`, `store`, or `s3://bucket/prefix`: [where paid answers are kept as well](teams.md#when-a-machine-does-not-come-back)',
  'session-days': 'after how many days a session goes that nobody goes on with (default: 90)',
};

async function helpOf(command: string): Promise<string> {
  return `## pixtab ${command}\n\n\`\`\`text\n${await printed([command, '--help', '--all'])}\n\`\`\``;
}

async function printed(args: readonly string[]): Promise<string> {
  return (await world().pixtab(...args)).stdout.trimEnd();
}

function optionOf(preference: string) {
  const found = [...Object.values(flag), routeFlag]
    .map((make) => make())
    .find((option) => option.long === `--${preference}`);
  if (found === undefined) throw new Error(`No flag is called --${preference}.`);
  return found;
}

const descriptionOf = (schema: object): string => ('description' in schema ? String(schema.description) : '');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
