import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HEAVY, loadedBy } from '../../bench/loaded.mjs';

const PLANNED = fileURLToPath(new URL('planned.csv', import.meta.url));

describe('start-up', () => {
  it.each([
    [['--help']],
    [['--version']],
    [['estimate', 'x']],
    [['models']],
    [['plan', '-f', PLANNED]],
    [['generate', '--help']],
  ])('of %j loads no heavy package', (args) => {
    const { status, packages } = loadedBy(args);
    expect(status).toBe(0);
    expect(packages.filter((name) => HEAVY.includes(name))).toEqual([]);
  });

  // Each file costs a look-up, and what V8 makes of it: the bundle is divided by what starts together.
  it.each([
    [['--help'], 3],
    [['--version'], 4],
    [['estimate', 'x'], 4],
    [['models'], 4],
    [['plan', '-f', PLANNED], 5],
  ])('of %j loads at most %i files', (args, most) => {
    expect(loadedBy(args).files.length).toBeLessThanOrEqual(most);
  });

  it('is traced at all: what generates does load heavy packages', () => {
    const { packages } = loadedBy(['a lighthouse', '--dry-run', '--sandbox']);
    expect(packages).toEqual(expect.arrayContaining(['commander', '@google/genai']));
  });
});
