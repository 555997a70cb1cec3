import { execFileSync } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { tempDir, type TempDir } from '../support/tempdir.ts';
import { workplace } from './pixtab.ts';
import { serving } from './serving.ts';

// Follows the row "a model" of ARCHITECTURE's recipes in a copy of the source, with a model that does not exist, and buys
// with what is built from it. Where a third place has to know of a model, this fails.

const ROOT = join(import.meta.dirname, '../..');

/** What the catalogue says of it: src/core/catalogue/models/mango.ts. */
const SOLD = `
import { geminiModel } from '../gemini-model.ts';
import { TEN_ASPECTS, scaled } from '../pixels.ts';
import { BY_ANALOGY, CHANGES, PRICES_OCTOBER } from '../sources.ts';

export const MANGO = geminiModel({
  id: 'gemini-mango-image',
  name: 'Mango',
  aliases: ['mango'],
  life: { ...CHANGES, released: '2026-10-07' },
  resolutions: {
    '1K': { tokens: 1000, pixels: TEN_ASPECTS },
    '2K': { tokens: 1500, pixels: scaled(TEN_ASPECTS, 2) },
  },
  inputs: { maxPromptTokens: 65_536, tokensPerImage: { ...BY_ANALOGY, low: 300, expected: 300, high: 300 } },
  thinkingTokens: {
    low: { ...BY_ANALOGY, low: 0, expected: 50, high: 100 },
    high: { ...BY_ANALOGY, low: 0, expected: 500, high: 1000 },
  },
  remainderTokens: { ...BY_ANALOGY, low: 0, expected: 100, high: 200 },
  prices: [
    { lane: 'now', input: '2', text: '8', image: '140', cited: PRICES_OCTOBER },
    { lane: 'flex', input: '1', text: '4', image: '70', cited: PRICES_OCTOBER },
    { lane: 'batch', input: '1', text: '4', image: '70', cited: PRICES_OCTOBER },
  ],
});
`;

/** What the sandbox knows of it: src/sandbox/models/mango.ts. */
const ANSWERED = `
import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { TEN } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const MANGO: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-mango-image',
  displayName: 'Mango',
  description: 'Gemini Mango Image',
  inputTokenLimit: 65_536,
  pixels: TEN,
  tokens: { '1K': 1000, '2K': 1500 },
  inputTokens: 300,
  unlisted: [50, 150],
  thinking: { LOW: [20, 80], HIGH: [300, 600] },
  defaultLevel: 'LOW',
  tiers: ['standard', 'flex'],
  prices: { input: 2_000n, text: 8_000n, image: 140_000n },
};
`;

/** Adds a model's line to a list, and what imports it. */
async function listIn(path: string, imported: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const listed = text.replace(/^(export const MODELS: .*\[)$/m, '$1\n  MANGO,');
  expect(listed).not.toBe(text);
  await writeFile(path, `import { MANGO } from '${imported}';\n${listed}`);
}

async function withMango(copy: TempDir): Promise<string> {
  for (const name of ['src', 'bin', 'build', 'package.json', 'rolldown.config.js', 'tsconfig.json']) {
    await cp(join(ROOT, name), copy.at(name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), copy.at('node_modules'));
  await writeFile(copy.at('src/core/catalogue/models/mango.ts'), SOLD);
  await listIn(copy.at('src/core/catalogue/catalogue.ts'), './models/mango.ts');
  await writeFile(copy.at('src/sandbox/models/mango.ts'), ANSWERED);
  await listIn(copy.at('src/sandbox/models/models.ts'), './mango.ts');
  const rolldown = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
  execFileSync(process.execPath, [rolldown, '-c', '--logLevel', 'warn'], { cwd: copy.path });
  return copy.at('bin/pixtab.cjs');
}

interface Bought {
  readonly outcome: string;
  readonly images: readonly { readonly width: number; readonly height: number }[];
  readonly cost: { readonly amount: string; readonly lines: readonly { meter: string; amount: string }[] };
}

it('sells, prices and buys a model whose object was added as ARCHITECTURE says', async () => {
  await using copy = await tempDir();
  await using place = await workplace({ bin: await withMango(copy) });

  const listed = await place.spawned(['models', 'mango', '--json']);
  expect(listed.json<{ models: unknown[] }>().models).toMatchObject([
    { id: 'gemini-mango-image', lanes: ['now', 'flex', 'batch'], sizes: ['1K', '2K'] },
  ]);

  const { url } = await serving(place, '--batch-time', '100');
  const at = { env: { PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: url } };
  for (const [lane, pictures] of [
    ['now', '0.21'],
    ['flex', '0.105'],
  ] as const) {
    const flags = ['-m', 'mango', '-s', '2K', '-a', '16:9', '--lane', lane, '--thinking', 'high'];
    const bought = await place.spawned(['a mango', ...flags, '-o', `${lane}.jpg`, '--json'], at);
    const { images, cost } = bought.json<Bought>();
    expect(images).toMatchObject([{ width: 2752, height: 1536 }]);
    expect(cost.lines).toContainEqual(expect.objectContaining({ meter: 'image output', amount: pictures }));
    expect(bought.code).toBe(0);
  }
  await place.spawned(['a mango', '-m', 'mango', '--lane', 'batch', '-n', '2'], at);
  expect((await place.spawned(['batch', 'wait'], at)).code).toBe(0);

  const { charged, total } = z
    .object({ charged: z.number(), total: z.string() })
    .parse(await (await fetch(`${url}/sandbox/meter`)).json());
  expect(charged).toBe(4);
  const spent = await place.spawned(['spend', '--sandbox', '--json']);
  expect(spent.stdout).toContain(`"${total}"`);
});
