import { z } from 'zod';
import type { Listing } from '../../core/doctor-models.ts';
import type { WireContext } from '../http/context.ts';
import { list } from '../lenient.ts';
import { listed } from '../send/listing.ts';

const Page = z.object({ data: list(z.object({ id: z.string() })) });

/** The models of Google among all that a gateway has: https://openrouter.ai/docs/api/api-reference/models/get-models, checked 2026-11-26. */
export function listModels(context: WireContext, signal: AbortSignal): Promise<Listing> {
  const { baseUrl, modelPrefix } = context.provider;
  return listed(context, signal, {
    url: () => `${baseUrl}/models`,
    read(json) {
      const isList = typeof json === 'object' && json !== null && 'data' in json;
      if (!isList) return null;
      const ids = Page.parse(json)
        .data.map(({ id }) => id)
        .filter((id) => id.startsWith(modelPrefix));
      const models = ids.map((id) => ({ id: id.slice(modelPrefix.length), methods: ['generateContent'] }));
      return { models, next: null };
    },
  });
}
