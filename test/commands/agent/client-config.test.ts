import { expect, it } from 'vitest';
import { world } from '../../support/fakes/deps.ts';

const ARGS = ['mcp', '--allowance', '5/day', '--agent', 'painter', '--folder', '/home/me/art'];
const SERVER = { command: 'pixtab', args: ARGS };

it.each([
  ['claude', { mcpServers: { pixtab: SERVER } }, '.mcp.json'],
  ['cursor', { mcpServers: { pixtab: SERVER } }, '.cursor/mcp.json'],
  ['vscode', { servers: { pixtab: { type: 'stdio', ...SERVER } } }, '.vscode/mcp.json'],
  ['gemini', { mcpServers: { pixtab: { timeout: 1_800_000, ...SERVER } } }, '.gemini/settings.json'],
])(
  'prints the entry for %s, and says on stderr where it goes and how the key comes there',
  async (client, entry, file) => {
    const { code, stdout, stderr } = await world({ deps: { cwd: '/home/me' } }).pixtab(
      'mcp',
      '--config',
      client,
      '--allowance',
      '5/day',
      '--agent',
      'painter',
      '--folder',
      'art',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(entry);
    expect(stderr).toContain(`Paste it into ${file}`);
    expect(stderr).toContain('pixtab auth login');
  },
);

it('prints no flag that was not given, and no key', async () => {
  const { stdout } = await world().pixtab('mcp', '--config', 'claude', '--sandbox');
  expect(JSON.parse(stdout)).toEqual({
    mcpServers: { pixtab: { command: 'pixtab', args: ['mcp', '--sandbox'] } },
  });
});
