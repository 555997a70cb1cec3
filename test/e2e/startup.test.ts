import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HEAVY, loadedAtFirstWord, loadedBy } from '../../bench/loaded.mjs';

const PLANNED = fileURLToPath(new URL('planned.csv', import.meta.url));

describe('start-up', () => {
  it.each([
    [['--help']],
    [['--version']],
    [['estimate', 'x']],
    [['models']],
    [['plan', '-f', PLANNED]],
    [['generate', '--help']],
    [['completion', 'zsh', '--', '-m', '']],
  ])('of %j loads no heavy package', (args) => {
    const { status, packages } = loadedBy(args);
    expect(status).toBe(0);
    expect(packages.filter((name) => HEAVY.includes(name))).toEqual([]);
  });

  // Each file costs a look-up, and what V8 makes of it: the bundle is divided by what starts together.
  it.each([
    [['--help'], 2],
    [['plan', '--help'], 2],
    [['--version'], 2],
    [['--version', '--json'], 5],
    [['estimate', 'x'], 4],
    [['models'], 4],
    [['completion', 'zsh', '--', '-m', ''], 4],
    [['plan', '-f', PLANNED], 5],
  ])('of %j loads at most %i files', (args, most) => {
    expect(loadedBy(args).files.length).toBeLessThanOrEqual(most);
  });

  // Both were there once: the platform's fetch, and undici beside it, cost more than all the rest of a picture.
  it('of a purchase loads few files, and neither the fetch of the platform nor that of undici', () => {
    const { status, files, packages, builtins } = loadedBy(['a lighthouse', '--sandbox', '-o', 'a.jpg']);
    expect(status).toBe(0);
    expect(files.length).toBeLessThanOrEqual(18);
    expect(packages).toEqual(
      expect.arrayContaining(['commander', '@google/genai', 'sharp', '@photostructure/sqlite']),
    );
    expect(packages).not.toContain('undici');
    expect(packages.filter((name) => ['pg', 'pg-boss', 'prom-client'].includes(name))).toEqual([]);
    expect(builtins).toContain('node:http');
    expect(builtins.filter((name) => name.includes('undici'))).toEqual([]);
  });

  it('of a server of agents answers its client before it loads the SDK of the protocol, and answers once', () => {
    const { stdout, packages } = loadedAtFirstWord(['mcp', '--sandbox']);
    expect(stdout.split('\n').map((line) => line.slice(0, 24))).toEqual(['{"jsonrpc":"2.0","id":1,', '']);
    expect(packages).toEqual(['commander']);
  });

  it('of a queue loads its engine only where it has a server', () => {
    const { status, packages } = loadedBy(['queue', '--sandbox']);
    expect(status).toBe(2);
    expect(packages.filter((name) => ['pg', 'pg-boss', 'prom-client'].includes(name))).toEqual([]);
  });

  it('of a server of agents loads nothing that draws or sends', () => {
    const { status, packages } = loadedBy(['mcp', '--sandbox']);
    expect(status).toBe(0);
    expect(packages).toContain('@modelcontextprotocol/server');
    expect(packages.filter((name) => ['sharp', 'undici', '@google/genai'].includes(name))).toEqual([]);
  });
});
