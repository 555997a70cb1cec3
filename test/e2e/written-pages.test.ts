import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadedBy } from '../../bench/loaded.mjs';
import { BIN } from '../../bench/process.mjs';
import packageJson from '../../package.json' with { type: 'json' };
import { ageOfPrices } from '../../src/core/catalogue/age.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { workplace } from './pixtab.ts';

const DIST = join(dirname(BIN), '../dist');
const run = promisify(execFile);

/** As the program lays it out, without the pages that the build has written. */
const laidOut = async (args: readonly string[]) => {
  const { stdout, stderr } = await run(process.execPath, [join(DIST, 'main.cjs'), ...args]);
  return { code: 0, stdout, stderr };
};

describe('what is written when pixtab is built', () => {
  it('is the help of every command, and the version', async () => {
    const names = (await readdir(join(DIST, 'pages'))).map((file) => file.replace(/\.txt$/, ''));
    const pages = COMMANDS.map(({ name }) => `help-${name}`);
    expect(names.toSorted()).toEqual(['help', 'version', ...pages].toSorted());
  });

  it.each([
    ['--help'],
    ['-h'],
    ['help'],
    ['generate', '--help'],
    ['help', 'generate'],
    ['plan', '-h'],
    ['batch', '--help'],
    // These have no page, and are laid out.
    ['-h', 'plan'],
    ['pixtab', '--help'],
    ['generate', '--help', '--all'],
    ['--help', '--sandbox'],
  ])('is the same to the letter: %s %s', async (...args) => {
    await using here = await workplace();
    const { code, stdout, stderr } = await here.spawned(args);
    expect({ code, stdout, stderr }).toEqual(await laidOut(args));
  });

  it.each([['--version'], ['-V'], ['--version', '--json']])(
    'is the same to the letter: %s',
    async (...args) => {
      await using here = await workplace();
      const { code, stdout, stderr } = await here.spawned(args);
      expect({ code, stdout, stderr }).toEqual(await laidOut(args));
    },
  );

  it('says how old prices are on every day that is written, as the program would', async () => {
    const [version, ...days] = (await readFile(join(DIST, 'pages/version.txt'), 'utf8'))
      .trimEnd()
      .split('\n');
    expect(version).toBe(packageJson.version);
    expect(days.length).toBeGreaterThan(1000);
    for (const line of days) {
      const day = line.slice(0, 10);
      expect(line).toBe(`${day} ${ageOfPrices(day)}`);
    }
  });

  it('is no help for what is no command', async () => {
    await using here = await workplace();
    expect(await here.spawned(['help', 'help'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('There is no command help.'),
    });
  });

  it.each(['--help', '--version'])('is given out without the program: %s', (flag) => {
    const { status, files } = loadedBy([flag]);
    expect(status).toBe(0);
    expect(files.filter((url) => url.includes('/dist/'))).toEqual([]);
  });
});
