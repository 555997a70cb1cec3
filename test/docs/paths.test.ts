import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT, textOf } from './pages.ts';

/** A file or folder, not a word in code: `core/pricing/bill.ts`, `src/core`, `upload.ts`. */
const PATH =
  /`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|mts|js|mjs|json|md|yaml|yml)|(?:src|test|docs|bench|bin|schema|prepare)\/[\w./-]*|(?:adapters|commands|core|ports|project|purchase|sandbox)\/[\w./-]*)`/g;
/** Files of users, which the pages are about. */
const ELSEWHERE = new Set(['pixtab.yaml', 'config.json', '.pixtab.json']);

const all = await readdir(join(ROOT, 'src'), { recursive: true });
const names = new Set(all.map((path) => basename(path)));

const isThere = (path: string): boolean =>
  ['', 'src'].some((folder) => existsSync(join(ROOT, folder, path))) || names.has(path);

describe('a page for developers', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('names files and folders that exist: %s', async (page) => {
    const paths = [...(await textOf(page)).matchAll(PATH)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !isThere(path) && !ELSEWHERE.has(path))).toEqual([]);
  });
});

describe('what a page tells to type', () => {
  it.each(PAGES)('is a script or a file of the repository: %s', async (page) => {
    const text = await textOf(page);
    const { scripts }: { scripts: object } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const [, name = ''] of text.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(name);
    const paths = [...text.matchAll(/\b(?:bench|test)\/[\w./-]*\w/g)].map(([path]) => path);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});
