import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const NAME = 'virtual:page';
const PAGE = join(import.meta.dirname, '../src/page');

/** In the order in which they overrule each other. */
const SHEETS = ['base', 'pictures', 'request', 'spending', 'narrow', 'print'];

/** What is in the page, for the list of what the bundle holds. */
export const modulesOfPage = new Set();

/** Builds src/page for browsers, and gives it to whoever imports `virtual:page`: a script and a style sheet, as text. */
export const page = {
  name: 'page',
  resolveId: (source) => (source === NAME ? `\0${NAME}` : null),
  async load(id) {
    if (id !== `\0${NAME}`) return null;
    const bundle = await rolldown({
      input: join(PAGE, 'main.tsx'),
      platform: 'browser',
      transform: { target: 'es2023' },
    });
    const { output } = await bundle.generate({ format: 'iife', minify: true });
    await bundle.close();
    for (const { moduleIds } of output) for (const module of moduleIds) modulesOfPage.add(module);
    const sheets = await Promise.all(SHEETS.map((name) => readFile(join(PAGE, `${name}.css`), 'utf8')));
    const script = output[0].code;
    return `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(sheets.join('\n'))};\n`;
  },
};
