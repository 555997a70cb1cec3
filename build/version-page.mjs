// Writes down what --version says on each day, beside the program: bin/written-page.cjs gives it out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
/** From the day on which prices were last checked, and not from today, so that the same sources give the same bytes. */
const YEARS = 3;
const DAY = 86_400_000;

/** `root` is the folder that dist/ is in. On a day that is not in it, and without it, --version is slower and says the same. */
export async function writeVersionPage(root, version) {
  const { ageOfPrices, catalogueAge } = await sourceOf(
    'src/core/catalogue/age.ts',
    'src/core/catalogue/catalogue.ts',
  );
  const first = Date.parse(catalogueAge('2026-01-01').checked);
  const days = Array.from({ length: YEARS * 366 }, (_, n) =>
    new Date(first + n * DAY).toISOString().slice(0, 10),
  );
  mkdirSync(join(root, 'dist/pages'), { recursive: true });
  const lines = [version, ...days.map((day) => `${day} ${ageOfPrices(day)}`), ''];
  writeFileSync(join(root, 'dist/pages/version.txt'), lines.join('\n'));
}

/** What modules of the source export, as the build itself can call it. */
async function sourceOf(...paths) {
  const entry = '\0entry';
  const { output } = await build({
    cwd: ROOT,
    input: entry,
    write: false,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry ? paths.map((path) => `export * from '${join(ROOT, path)}';`).join('\n') : null,
      },
    ],
  });
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
