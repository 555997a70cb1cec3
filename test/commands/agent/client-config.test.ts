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

it('prints what limits and pays along with the allowance, as it was typed, and files wherever the client starts it', async () => {
  const given = [
    '--allowance=2',
    '--max-cost',
    '0.05',
    '-m',
    'pro',
    '--lane',
    'batch',
    '--ask-above',
    '0.1',
    '--label',
    'a b',
    '--label',
    'c',
    '--refusal-retries',
    '0',
    '--preview-size',
    '0',
    '--no-wait',
    '--prices',
    'mine.json',
    '--api-key-file',
    '/secret/key',
  ];
  const { stdout } = await world({ deps: { cwd: '/home/me' } }).pixtab(
    'mcp',
    '--config',
    'claude',
    ...given,
    '--quiet',
  );
  const { args } = JSON.parse(stdout).mcpServers.pixtab;
  expect(args).toEqual([
    'mcp',
    '--allowance',
    '2',
    '--max-cost',
    '0.05',
    '--model',
    'pro',
    '--lane',
    'batch',
    '--ask-above',
    '0.1',
    '--label',
    'a b',
    '--label',
    'c',
    '--refusal-retries',
    '0',
    '--preview-size',
    '0',
    '--no-wait',
    '--prices',
    '/home/me/mine.json',
    '--api-key-file',
    '/secret/key',
  ]);
});

it('starts no server whose folder would be read as a template in every name', async () => {
  const { pixtab, pictureFiles } = world();
  await pictureFiles.put('/work/{{shop}}/a.jpg', new Uint8Array(1), { replace: false });
  const { code, stderr } = await pixtab('mcp', '--folder', '/work/{{shop}}');
  expect([code, stderr]).toEqual([2, expect.stringContaining('/work/{{shop}} has braces in it')]);
});

it('prints no setting of the environment for a flag: the server reads it itself', async () => {
  const { stdout } = await world({ settings: { defaults: { 'max-cost': '0.05' } } }).pixtab(
    'mcp',
    '--config',
    'claude',
  );
  expect(JSON.parse(stdout).mcpServers.pixtab.args).toEqual(['mcp']);
});
