import { z } from 'zod';
import { LANES, METERS } from '../../core/catalogue/model.ts';
import type { Sku } from '../../core/invoice/skus.ts';
import { checkedJson, known } from '../files/checked-json.ts';
import { readText } from '../files/read-text.ts';
import { Calendar } from '../prices/price-file-schema.ts';
import { modelNamed } from '../prices/read-price-file.ts';

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
  const text = await readText(path, `--skus ${path}`);
  const { source, checked, skus } = checkedJson(text, path, SkuFile);
  return skus.map(({ model, ...sku }, index) => {
    const models = [modelNamed(model, text, path, ['skus', index, 'model']).id];
    return { ...sku, models, source, checked, confidence: 'high' };
  });
}
