import { resolve } from 'node:path';
import type { Command } from 'commander';
import { COMMON } from '../shared/flags.ts';
import type { ClientName } from './flags.ts';

interface ClientFile {
  /** The key that servers stand under. */
  readonly key: 'mcpServers' | 'servers';
  readonly entry: Readonly<Record<string, unknown>>;
  readonly paste: string;
}

/**
 * Where each client reads its servers. Checked on 2026-11-27 in the text of the makers' pages, but for Claude Code and
 * Cursor: there in guides of October 2026 that quote these pages.
 */
const FILES: Readonly<Record<ClientName, ClientFile>> = {
  // https://code.claude.com/docs/en/mcp and https://modelcontextprotocol.io/docs/develop/connect-local-servers
  claude: {
    key: 'mcpServers',
    entry: {},
    paste: 'into .mcp.json of the project (Claude Code), or claude_desktop_config.json (Claude Desktop)',
  },
  // https://cursor.com/docs/mcp
  cursor: {
    key: 'mcpServers',
    entry: {},
    paste: 'into .cursor/mcp.json of the project, or ~/.cursor/mcp.json',
  },
  // https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
  vscode: {
    key: 'servers',
    entry: { type: 'stdio' },
    paste: 'into .vscode/mcp.json of the project, or what "MCP: Open User Configuration" opens',
  },
  // https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md
  gemini: {
    key: 'mcpServers',
    // Its own default of ten minutes is shorter than a slow picture after several retries.
    entry: { timeout: 1_800_000 },
    paste: 'into .gemini/settings.json of the project, or ~/.gemini/settings.json',
  },
};

/** Desktop programs have no shell whose variables they could pass on, and the Gemini CLI takes out what looks like a key. */
export const KEY_NOTE =
  'Not every client passes a key on that stands in the environment: pixtab auth login keeps one for all of them.';

/** A flag as it was typed; null where it takes no value. */
type Given = readonly [flag: string, value: string | null];

/** Beside the flags of the server: what stood on its command line, since an entry is that command line again. */
export interface AsGiven {
  readonly given?: readonly Given[];
}

/** What is of the command that prints the entry, and not of the server. */
const OF_THIS_RUN: ReadonlySet<string> = new Set(
  ['--config', ...COMMON.map((flag) => flag().long)].filter((long) => long !== undefined && long !== null),
);

/** The client starts the server in any folder. */
const FILES_NAMED: ReadonlySet<string> = new Set(['--folder', '--prices', '--api-key-file']);

/** Keeps what is typed of the server's flags, before any parser makes something else of it. */
export function keepGiven(command: Command): void {
  const given: Given[] = [];
  for (const option of command.options) {
    const { long } = option;
    if (!long || OF_THIS_RUN.has(long)) continue;
    command.on(`option:${option.name()}`, (value?: string | null) => {
      given.push([long, value ?? null]);
      command.setOptionValue('given', given);
    });
  }
}

/** The entry for a client's file, and where it goes. */
export function clientConfig(name: ClientName, { given = [] }: AsGiven, cwd: string) {
  const { key, entry, paste } = FILES[name];
  const words = given.flatMap(([flag, value]) => {
    if (value === null) return [flag];
    return [flag, FILES_NAMED.has(flag) ? resolve(cwd, value) : value];
  });
  const server = { ...entry, command: 'pixtab', args: ['mcp', ...words] };
  return { document: { [key]: { pixtab: server } }, paste };
}
