import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { manifestSchema } from '../../../src/core/manifest/schema.ts';

const PUBLISHED = '../../../schema/pixtab.schema.json';

it('is published as it is read with (npx vitest run test/core/manifest/schema.test.ts -u)', async () => {
  await expect(`${JSON.stringify(manifestSchema(), null, 2)}\n`).toMatchFileSnapshot(PUBLISHED);
});

it('is part of the package', async () => {
  const { files } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(files).toContain('schema');
});
