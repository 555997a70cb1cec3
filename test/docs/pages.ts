import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** The pages for users: the README and everything in docs/. */
export const USER_PAGES = [
  'README.md',
  ...(await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

export const PAGES = [...USER_PAGES, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'];

export const pathOf = (page: string): string => join(ROOT, page);

export const textOf = (page: string): Promise<string> => readFile(pathOf(page), 'utf8');
