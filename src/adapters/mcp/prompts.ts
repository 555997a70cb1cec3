import { z } from 'zod';
import type { AgentPrompt } from '../../ports/index.ts';
import { invalid, type Abilities, type Server } from './server.ts';

export function servePrompts(server: Server, abilities: Abilities): void {
  server.setRequestHandler('prompts/list', async () => {
    const { prompts } = await abilities();
    return { prompts: prompts.map(promptFor) };
  });
  server.setRequestHandler('prompts/get', async ({ params }) => {
    const prompt = (await abilities()).prompts.find(({ name }) => name === params.name);
    if (prompt === undefined) throw invalid(`There is no prompt ${params.name}.`);
    const given = prompt.args.safeParse(params.arguments ?? {});
    if (!given.success) throw invalid(z.prettifyError(given.error));
    const words = Object.fromEntries(
      Object.entries(given.data).map(([key, value]): [string, string] => [key, String(value)]),
    );
    return { messages: [{ role: 'user', content: { type: 'text', text: prompt.text(words) } }] };
  });
}

const promptFor = ({ name, title, about, args }: AgentPrompt) => ({
  name,
  title,
  description: about,
  arguments: Object.entries(args.shape).map(([key, value]) => ({
    name: key,
    required: !z.safeParse(value, undefined).success,
    ...(value.description !== undefined && { description: value.description }),
  })),
});
