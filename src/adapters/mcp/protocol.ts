import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type CallToolResult,
  type InputRequiredResult,
  type RequestId,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type {
  AgentAbilities,
  AgentAnswer,
  AgentCall,
  AgentPrompt,
  AgentQuestion,
  AgentResource,
  AgentService,
  AgentTool,
} from '../../ports/index.ts';
import { callsUnderWay, heard, type Calls } from './calls.ts';
import { CAPABILITIES, identityOf } from './identity.ts';
import { isRecord } from './records.ts';

type Server = McpServer['server'];

/** Longest line of a client: pictures and whole documents may be in it. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Speaks the protocol in its revision of 2026-07-28 and those of 2025, to the end of all calls. What was `greeted` before,
 * the id of an `initialize`, is heard once more here and answered no second time.
 */
export async function speak(
  service: AgentService,
  { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  { stop, greeted }: { readonly stop: AbortSignal; readonly greeted: RequestId | null },
): Promise<void> {
  const calls = callsUnderWay();
  const wire = new StdioServerTransport(stdin, stdout, { maxBufferSize: MOST_BYTES });
  const { transport, closed } = heard(wire, calls, greeted);
  const handle = serveStdio(() => serverFor(service, calls), { transport });
  const close = (): void => void handle.close();
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  await closed;
  stop.removeEventListener('abort', close);
  await calls.end();
}

function serverFor(service: AgentService, calls: Calls): McpServer {
  const { instructions } = service;
  const whole = new McpServer(identityOf(service), { instructions });
  const { server } = whole;
  server.registerCapabilities(CAPABILITIES);
  let loading: Promise<AgentAbilities> | null = null;
  const abilities = (): Promise<AgentAbilities> => (loading ??= service.abilities());
  serveTools(server, abilities, calls);
  servePrompts(server, abilities);
  serveResources(server, abilities);
  return whole;
}

type Abilities = () => Promise<AgentAbilities>;

function serveTools(server: Server, abilities: Abilities, calls: Calls): void {
  server.setRequestHandler('tools/list', async () => ({ tools: (await abilities()).tools.map(described) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = (await abilities()).tools.find(({ name }) => name === params.name);
    if (tool === undefined) throw invalid(`There is no tool ${params.name}.`);
    const { mcpReq } = context;
    const reply = await calls.run(mcpReq.id, mcpReq.signal, (signals) =>
      tool.call(params.arguments ?? {}, { ...signals, ...seenBy(context, server) }),
    );
    if ('wantsRoots' in reply) return questionResult(reply);
    if (reply.links.length > 0) await server.sendResourceListChanged();
    return server.projectCallToolResult(answerResult(reply), { type: 'object' });
  });
}

const described = ({ name, title, about, input, output, hints }: AgentTool) => ({
  name,
  title,
  description: about,
  inputSchema: objectSchema(input, 'input'),
  outputSchema: objectSchema(output, 'output'),
  annotations: {
    title,
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  },
});

function objectSchema(schema: AgentTool['input'], io: 'input' | 'output') {
  const json: unknown = z.toJSONSchema(schema, { io });
  return { ...(isRecord(json) ? json : {}), type: 'object' as const };
}

const invalid = (message: string): ProtocolError =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, message);

/** What the client can do, has answered, and wants to hear. */
function seenBy({ mcpReq }: ServerContext, server: Server): Omit<AgentCall, 'stop' | 'leave'> {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY];
  const can: { elicitation?: unknown; roots?: unknown } = isRecord(declared)
    ? declared
    : (server.getClientCapabilities() ?? {});
  const { confirm, roots } = mcpReq.inputResponses ?? {};
  const { _meta: meta } = mcpReq;
  const token = meta?.progressToken;
  let steps = 0;
  return {
    can: { ask: can.elicitation !== undefined, listRoots: can.roots !== undefined },
    answers: {
      ...(confirm !== undefined && { agreed: saysYes(confirm) }),
      ...(roots !== undefined && { roots: rootsIn(roots) }),
    },
    progress(message) {
      if (token === undefined) return;
      steps += 1;
      const params = { progressToken: token, progress: steps, message };
      // A client that is gone hears nothing; what it asked for is finished all the same.
      void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}

const saysYes = (answer: unknown): boolean =>
  isRecord(answer) &&
  answer['action'] === 'accept' &&
  isRecord(answer['content']) &&
  answer['content']['buy'] === true;

function rootsIn(answer: unknown): readonly string[] {
  const roots: unknown = isRecord(answer) ? answer['roots'] : null;
  if (!Array.isArray(roots)) return [];
  return roots.flatMap((root: unknown) =>
    isRecord(root) && typeof root['uri'] === 'string' ? [root['uri']] : [],
  );
}

function questionResult({ question, wantsRoots }: AgentQuestion): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      ...(question !== null && {
        confirm: inputRequired.elicit({ message: question, requestedSchema: YES_OR_NO }),
      }),
      ...(wantsRoots && { roots: inputRequired.listRoots() }),
    },
  });
}

const YES_OR_NO = {
  type: 'object' as const,
  properties: {
    buy: { type: 'boolean' as const, title: 'Buy it', description: 'Nothing is bought without it.' },
  },
  required: ['buy'],
};

function answerResult({ text, structured, isError, pictures, links }: AgentAnswer): CallToolResult {
  return {
    content: [
      { type: 'text', text },
      ...pictures.map(({ bytes, mimeType }) => ({ type: 'image' as const, data: base64(bytes), mimeType })),
      ...links.map((link) => ({ type: 'resource_link' as const, ...resourceFor(link) })),
    ],
    structuredContent: { ...structured },
    ...(isError && { isError }),
  };
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const resourceFor = ({ uri, name, about, mimeType, size }: AgentResource) => ({
  uri,
  name,
  description: about,
  mimeType,
  ...(size !== undefined && { size }),
});

function servePrompts(server: Server, abilities: Abilities): void {
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

function serveResources(server: Server, abilities: Abilities): void {
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
