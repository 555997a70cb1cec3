import { resolve } from 'node:path';
import type { FlagsOf } from '../shared/flag.ts';
import { AGENT, type ClientName, type MCP_FLAGS } from './flags.ts';

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

/** The entry for a client's file, and where it goes. */
export function clientConfig(name: ClientName, flags: FlagsOf<typeof MCP_FLAGS>, cwd: string) {
  const { key, entry, paste } = FILES[name];
  const server = { ...entry, command: 'pixtab', args: ['mcp', ...argsFor(flags, cwd)] };
  return { document: { [key]: { pixtab: server } }, paste };
}

/** The flags that were given, as the client gives them: it starts the server in any folder. */
function argsFor(flags: FlagsOf<typeof MCP_FLAGS>, cwd: string): readonly string[] {
  const { allowance, agent, project, folder, sandbox, gateway } = flags;
  const said = {
    '--allowance': allowance?.text,
    '--agent': agent === AGENT ? undefined : agent,
    '--project': project,
    '--folder': folder === undefined ? undefined : resolve(cwd, folder),
    '--gateway': gateway,
  };
  const words = Object.entries(said).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return sandbox ? [...words, '--sandbox'] : words;
}
