import { ResourceNotFoundError } from '@modelcontextprotocol/server';
import { base64, resourceFor, type Abilities, type Server } from './server.ts';
import type { Subscriptions } from './subscriptions.ts';

export function serveResources(server: Server, abilities: Abilities, subscriptions: Subscriptions): void {
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    await subscriptions.add(uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    subscriptions.remove(uri);
    return {};
  });
  server.setRequestHandler('resources/list', async () => {
    const { resources } = await abilities();
    return { resources: (await resources.list()).map(resourceFor) };
  });
  server.setRequestHandler('resources/templates/list', async () => {
    const { resources } = await abilities();
    const templates = resources.templates.map(({ pattern, name, about, mimeType }) => ({
      uriTemplate: pattern,
      name,
      description: about,
      ...(mimeType !== undefined && { mimeType }),
    }));
    return { resourceTemplates: templates };
  });
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const content = await (await abilities()).resources.read(uri);
    if (content === null) throw new ResourceNotFoundError(uri);
    const { mimeType, body } = content;
    const held = typeof body === 'string' ? { text: body } : { blob: base64(body) };
    return { contents: [{ uri, mimeType, ...held }] };
  });
}
