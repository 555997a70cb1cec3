import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';

/** What a command prints on stdout, in a terminal after three pictures were bought. */
async function shown(columns: number, line: string): Promise<readonly string[]> {
  const { deps } = world();
  const around = { stdoutIsTerminal: true, columns };
  const quiet = fakeTerminal({}, around);
  await run(['a lighthouse at dusk, seen from the sea', '-n', '3'], { ...deps, terminal: () => quiet });
  const terminal = fakeTerminal({}, around);
  await run(line.split(' '), { ...deps, terminal: () => terminal });
  return terminal.stdout;
}

describe.each([40, 60, 80])('a terminal of %i columns', (columns) => {
  it.each([
    'estimate cat',
    'estimate cat --compare',
    'estimate --per-day 1000 --compare',
    'estimate --budget 20/month -s 2K',
    'estimate --budget 5/run',
    'models',
    'models pro',
    'prices',
    'prices diff 2026-03-01 2026-11-22',
    'prices why pro',
    'budget set 20/month',
    'budget list',
    'spend',
    'spend --by model',
    'spend --by run',
    'history',
    'receipt last',
    'doctor',
  ])('holds each line of %s', async (line) => {
    const lines = await shown(columns, line);
    // A word that is wider than the terminal, such as an address, stays whole.
    const wide = lines.filter((text) => widthOf(text) > columns && text.trim().includes(' '));
    expect(wide).toEqual([]);
  });

  it.each(COMMANDS)('holds the help of $name, but for what is there to be copied', async ({ name }) => {
    const lines = (await shown(columns, `${name} --help --all`)).join('\n').split('\n');
    const wide = lines.filter(
      (text) => widthOf(text) > columns && !/^ +(?:[{"]|\S.*\bpixtab\b|pixtab\b)/.test(text),
    );
    expect(wide).toEqual([]);
    expect(lines.filter((text) => / {2}pixtab .* {2,}\S/.test(text) && widthOf(text) > columns)).toEqual([]);
  });
});
