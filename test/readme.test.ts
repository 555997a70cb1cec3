import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index.ts';
import { FAILURES } from '../src/core/errors.ts';
import { world } from './support/fakes/deps.ts';

const README = new URL('../README.md', import.meta.url);

/** What the program says of itself, by the name of the block that shows it. */
async function said(block: string): Promise<string> {
  if (block === 'exit codes') return exitCodes();
  if (block === 'commands')
    return COMMANDS.map(({ name, summary }) => `- \`pixtab ${name}\`: ${summary}`).join('\n');
  if (block.startsWith('help: ')) {
    const { stdout } = await world().pixtab(...block.slice('help: '.length).split(' '), '--help');
    return `\`\`\`text\n${stdout.trimEnd()}\n\`\`\``;
  }
  throw new Error(`README.md has a block that nothing generates: ${block}`);
}

function exitCodes(): string {
  const rows = Object.entries(FAILURES).map(
    ([kind, { exit, text, charged }]) => `| ${exit} | ${kind} | ${text} | ${charged} |`,
  );
  const head = ['| code | kind | meaning | charged? |', '|---|---|---|---|'];
  return [...head, '| 0 | ok | all that was asked for is on disk | |', ...rows].join('\n');
}

const BLOCK = /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- \/generated -->)/g;

it('shows in the README what the program says of itself (npx vitest run test/readme.test.ts -u)', async () => {
  const readme = await readFile(README, 'utf8');
  const blocks = [...readme.matchAll(BLOCK)].map(([, , name = '']) => name);
  expect(blocks).toContain('help: generate');
  const contents = new Map(await Promise.all(blocks.map(async (name) => [name, await said(name)] as const)));
  const regenerated = readme.replace(
    BLOCK,
    (_whole, open: string, name: string, close: string) => `${open}${contents.get(name)}\n${close}`,
  );
  await expect(regenerated).toMatchFileSnapshot(README.pathname);
});
