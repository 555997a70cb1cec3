import { z } from 'zod';
import type { Listing } from '../../core/doctor-models.ts';
import type { WireContext } from '../http/context.ts';
import { list, word } from '../lenient.ts';
import { listed } from '../send/listing.ts';

const Page = z.object({
  models: list(z.object({ name: z.string(), supportedGenerationMethods: list(z.string()) })),
  nextPageToken: word,
});

export const listModels = (context: WireContext, signal: AbortSignal): Promise<Listing> =>
  listed(context, signal, {
    url(token) {
      const query = new URLSearchParams({ pageSize: '1000', ...(token !== '' && { pageToken: token }) });
      return `${context.provider.baseUrl}/v1beta/models?${query.toString()}`;
    },
    read(json) {
      const { data } = Page.safeParse(json);
      if (!data) return null;
      const models = data.models.map(({ name, supportedGenerationMethods }) => ({
        id: name.replace(/^models\//, ''),
        methods: supportedGenerationMethods,
      }));
      return { models, next: data.nextPageToken || null };
    },
  });
