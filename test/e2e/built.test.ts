import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sourceStack } from '../../src/adapters/source-stack.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { BIN } from '../../bench/process.mjs';
import { tempDir } from '../support/tempdir.ts';
import { workplace } from './pixtab.ts';

const run = promisify(execFile);

const DIST = join(dirname(BIN), '../dist');

it('is started by its earlier name too', async () => {
  await using here = await workplace({ bin: BIN.replace(/\.cjs$/, '.js') });
  expect(await here.spawned(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
});

describe('a stack of the bundle', () => {
  it('names files, lines and columns of the source', async () => {
    const bundle = join(DIST, 'main.cjs');
    const lines = (await readFile(bundle, 'utf8')).split('\n');
    const row = lines.findIndex((line) => line.includes('is no command: those with a slash'));
    const column = lines[row]?.indexOf('is no command: those with a slash') ?? -1;
    const stack = `Error: x\n    at refuse (${bundle}:${row + 1}:${column + 1})\n    at node:internal/x:1:2`;
    const [message, place, ours] = (await sourceStack(stack)).split('\n');
    expect([message, ours]).toEqual(['Error: x', '    at node:internal/x:1:2']);
    const [, line = 0] =
      /^ {4}at refuse \(src\/commands\/shared\/guards\.ts:(\d+):\d+\)$/.exec(place ?? '') ?? [];
    const source = await readFile(join(import.meta.dirname, '../../src/commands/shared/guards.ts'), 'utf8');
    expect(source.split('\n')[Number(line) - 1]).toContain('is no command: those with a slash');
  });

  it('stays as it is where there is no map', async () => {
    const stack = 'Error: x\n    at y (/nowhere/z.cjs:1:2)';
    expect(await sourceStack(stack)).toBe(stack);
  });
});

describe('what V8 compiled for an earlier start', () => {
  // V8 looks at its own version alone, and another build of it crashes where a checkout is shared with a container.
  it.each([
    ['taken up', '{}', false],
    ['left alone by another system', '{ platform: "sunos" }', undefined],
    ['left alone by another machine', '{ arch: "mips" }', undefined],
    ['left alone by another Node', '{ version: "v20.0.1" }', undefined],
  ])('is %s', async (_what, other, isRejected) => {
    await using folder = await tempDir();
    await cp(join(dirname(BIN), 'compile-cache.cjs'), folder.at('bin/compile-cache.cjs'));
    await mkdir(folder.at('dist'));
    await writeFile(folder.at('dist/main.cjs'), 'module.exports = () => 1;');
    const started = (process: string, after: string) =>
      run(
        execPath,
        [
          '-e',
          `for (const [name, value] of Object.entries(${process})) Object.defineProperty(process, name, { value });
         const { cacheOf, scripts } = require('./bin/compile-cache.cjs');
         require('./dist/main.cjs');
         for (const [filename, script] of scripts) { ${after} }`,
        ],
        { cwd: folder.path },
      );
    await started('{}', 'require("node:fs").writeFileSync(cacheOf(filename), script.createCachedData())');
    const { stdout } = await started(other, 'console.log(script.cachedDataRejected)');
    expect(stdout).toBe(`${isRejected}\n`);
  });
});
