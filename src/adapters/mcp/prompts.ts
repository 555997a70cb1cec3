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
    const given = prompt.args.safeParse(params.arguments ?? {}, { reportInput: true });
    if (!given.success) throw invalid(given.error.issues.map(sentenceFor).join(' '));
    const words = Object.fromEntries(
      Object.entries(given.data).map(([key, value]): [string, string] => [key, String(value)]),
    );
    return { messages: [{ role: 'user', content: { type: 'text', text: prompt.text(words) } }] };
  });
}

/** What is wrong with an argument: all of them are texts. */
function sentenceFor({ path, input, ...issue }: z.core.$ZodIssue): string {
  const name = path.map(String).join('.') || 'arguments';
  if (input === undefined && issue.code === 'invalid_type') return `${name} is missing.`;
  if (issue.code === 'too_big') return `${name} takes at most ${String(issue.maximum)} characters.`;
  return `${name} takes a text.`;
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
