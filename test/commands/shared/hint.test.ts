import { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands/index.ts';
import { inSandbox } from '../../../src/commands/shared/hint.ts';

it.each([
  ['Run pixtab recover again.', 'Run pixtab recover --sandbox again.'],
  ['pixtab batch fetch brings it', 'pixtab batch fetch --sandbox brings it'],
  ['pixtab history --sandbox <id>', 'pixtab history --sandbox <id>'],
  ['pixtab models lists what there is.', 'pixtab models lists what there is.'],
])('says %j in the sandbox as %j', (text, said) => {
  expect(inSandbox(text)).toBe(said);
});

it('knows every command that looks at money', async () => {
  const unknown: string[] = [];
  for (const { name, load } of COMMANDS) {
    const command = new Command();
    (await load()).configure(command);
    const takes = command.options.some(({ long }) => long === '--sandbox');
    const hasNoMoney = ['estimate', 'doctor', 'auth'].includes(name);
    if (takes && !hasNoMoney && inSandbox(`pixtab ${name}`) === `pixtab ${name}`) unknown.push(name);
  }
  expect(unknown).toEqual([]);
});
