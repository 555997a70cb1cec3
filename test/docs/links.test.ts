import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT, textOf } from './pages.ts';

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (text: string): string => text.replaceAll(/```[\s\S]*?```/g, '');

describe('links of the pages', () => {
  it.each(PAGES)('lead somewhere in %s', async (page) => {
    const text = withoutCode(await textOf(page));
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(
      ([, link, image]) => link ?? image,
    );
    for (const target of targets.filter((target) => !/^https?:/.test(target ?? ''))) {
      const [path = '', anchor] = (target ?? '').split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(ROOT, file)), `${page}: ${target}`).toBe(true);
      if (anchor === undefined) continue;
      const headings = withoutCode(await textOf(file)).matchAll(/^#+ (.+)$/gm);
      expect(
        [...headings].map(([, heading = '']) => anchorOf(heading)),
        `${page}: ${target}`,
      ).toContain(anchor);
    }
  });
});
