import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { findModel } from '../../core/catalogue/catalogue.ts';
import { LANES, METERS } from '../../core/catalogue/model.ts';
import { Failure } from '../../core/errors.ts';
import type { Sku } from '../../core/invoice/skus.ts';
import { checkedJson, failureAt, known } from '../files/checked-json.ts';
import { Calendar } from '../prices/price-file-schema.ts';

const SkuFile = known({
  schema: z.literal('pixtab.skus/1'),
  source: z.string().default('your own file'),
  checked: Calendar,
  skus: z
    .array(
      known({
        description: z.string(),
        id: z.string().nullable().default(null),
        model: z.string(),
        lane: z.enum(LANES).default('now'),
        meters: z.array(z.enum(METERS)).min(1, 'it names what the SKU counts'),
        shared: z.boolean().default(false),
      }),
    )
    .min(1, 'there is no SKU'),
});

/** Reads a file that says what more SKUs count. Whatever is wrong in it is said with its line. */
export async function readSkus(path: string): Promise<readonly Sku[]> {
  const text = await textOf(path);
  const { source, checked, skus } = checkedJson(text, path, SkuFile);
  return skus.map(({ model, ...sku }, index) => {
    const models = [modelNamed(model, text, path, index)];
    return { ...sku, models, source, checked, confidence: 'high' };
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure('usage', `--skus ${path} cannot be read.`, { cause });
  }
}

function modelNamed(name: string, text: string, path: string, index: number): string {
  try {
    return findModel(name).id;
  } catch (cause) {
    const message = cause instanceof Failure ? cause.message : 'unknown model';
    throw failureAt(text, path, ['skus', index, 'model'], message);
  }
}
