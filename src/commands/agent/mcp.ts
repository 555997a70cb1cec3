import { resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import { mustBeKeyName } from '../../core/providers/keys.ts';
import { printable } from '../../core/text/text.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import type { BuyFlags } from '../create/flags.ts';
import { documentOf } from '../shared/envelope.ts';
import { defineCommand, type FlagsOf } from '../shared/flag.ts';
import { word } from '../shared/parse-flags.ts';
import { clientConfig, keepGiven, KEY_NOTE, type AsGiven } from './client-config.ts';
import type { AgentContext } from './context.ts';
import { MCP_FLAGS } from './flags.ts';
import { confinedTo } from './places.ts';
import { quietTerminal } from './terminal.ts';

const SCHEMA = 'pixtab.mcp/1';

type McpFlags = FlagsOf<typeof MCP_FLAGS> & AsGiven;

export const mcp = defineCommand({
  flags: MCP_FLAGS,
  configure(command) {
    keepGiven(command);
    command.addHelpText('after', EXAMPLES);
  },
  // An allowance is of the project that the command line names: a folder must not open another purse.
  ownFlags: ['project'],
  run: (_, flags, deps, terminal) => run(flags, deps, terminal),
  failed: (failure, _, sandbox) => documentOf(SCHEMA, { sandbox, failure }, { client: null, config: null }),
});

const EXAMPLES = `
A server of the Model Context Protocol on standard input and output. Tools: estimate_image, generate_image, edit_image,
check_job, list_models, spending, recover. Quotes and looking cost nothing; what is bought comes out of the allowance,
which all servers of one --agent share.

Examples:
  pixtab mcp --allowance 2                       two dollars, for good
  pixtab mcp --allowance 5/day --agent claude --folder art/
  pixtab mcp --sandbox --allowance 1             try it: drawn placeholders, nothing spent
  pixtab mcp --allowance 2 --config claude       the entry to paste`;

const INSTRUCTIONS =
  "pixtab buys pictures of Google's image models with an allowance that it cannot pass. Call estimate_image for a quote, then generate_image or edit_image with exactly the same parameters, its quote_id, a confirm_cost not below its high, and an idempotency_key of your own for each picture that you want. Where an answer was lost, call again with the same key: nothing is bought twice. Every answer says what was charged and what may be done next.";

const PLAYED = 'This is the sandbox: pictures are drawn stand-ins, and no money is spent.';

async function run(flags: McpFlags, deps: Deps, terminal: Terminal): Promise<number> {
  if (flags.config !== undefined) {
    const settings = await deps.settings(flags);
    // What the server would refuse when it buys, a key in the wrong place among it, is not printed for a file either.
    if (flags.key !== undefined) mustBeKeyName(flags.key, '--key');
    if (flags.baseUrl !== undefined) void settings.baseUrl;
    const { document, paste } = clientConfig(flags.config, flags, deps.cwd);
    const whole = documentOf(SCHEMA, settings, { client: flags.config, config: document });
    terminal.out(JSON.stringify(flags.json ? whole : document, null, 2));
    terminal.note(`note   Paste it ${paste}.`);
    if (!flags.sandbox) terminal.note(`note   ${KEY_NOTE}`);
    return 0;
  }
  if (flags.allowance === undefined)
    terminal.note(
      `note   No --allowance: only what is free works, unless the ledger has one for agent ${flags.agent} already (pixtab budget list). pixtab mcp --allowance 2 gives two dollars.`,
    );
  const [serve, context] = await Promise.all([deps.serveAgent(), contextFor(flags, deps, terminal)]);
  const abilities = async () => (await import('./abilities.ts')).abilitiesOf(context);
  const instructions = context.settings.sandbox ? `${INSTRUCTIONS} ${PLAYED}` : INSTRUCTIONS;
  await serve({ name: 'pixtab', version: deps.version, instructions, abilities }, deps.stop);
  return 0;
}

async function contextFor(flags: McpFlags, deps: Deps, terminal: Terminal): Promise<AgentContext> {
  const given = resolve(deps.cwd, flags.folder ?? '.');
  const folder = await deps.realFolder(given);
  if (folder === null) throw usageFailure(`--folder: ${printable(given)} is no folder.`, 'Make it first.');
  // Every name would be read as a template with this in it.
  if (/\{[^{}]*\}/.test(folder))
    throw usageFailure(
      `--folder: ${printable(folder)} has braces in it, which stand for something in the names of pictures.`,
      'Take a folder without them.',
    );
  const quiet = quietTerminal(terminal, () => {});
  const { allowance: granted, project } = flags;
  const allowance = granted ? { ...granted, project: project ?? null } : null;
  const agent = agentName(flags.agent);
  let granting: Promise<void> | null = null;
  return {
    agent,
    folder,
    flags: buyFlags(flags),
    allowance,
    previewSize: flags.previewSize,
    settings: await deps.settings(flags),
    deps: {
      ...deps,
      cwd: folder,
      confirm: async () => false,
      pictureFiles: async () => confinedTo(folder, await deps.pictureFiles()),
    },
    terminal: quiet,
    buying: new Set(),
    async grant(books) {
      granting ??= import('./grant.ts').then(({ grant }) => grant({ agent, allowance, deps }, books, quiet));
      try {
        await granting;
      } catch (error) {
        granting = null;
        throw error;
      }
    },
  };
}

function agentName(text: string): string {
  const name = text.trim();
  if (/^[\w.-]{1,60}$/.test(name)) return word(name);
  throw usageFailure(`--agent: "${printable(text)}" is no name.`, 'It takes letters, digits, dots, - and _.');
}

/** As `generate` has them, for what a tool does not say. */
function buyFlags(flags: McpFlags): BuyFlags {
  return { ...flags, count: 1, onRetired: 'fail', input: false, json: false };
}
