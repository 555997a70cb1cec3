import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  McpServer,
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
  AgentQuestion,
  AgentService,
  AgentTool,
} from '../../ports/index.ts';
import { callsUnderWay, heard, type Calls, type Ears } from './calls.ts';
import { CAPABILITIES, identityOf } from './identity.ts';
import { servePrompts } from './prompts.ts';
import { isRecord } from './records.ts';
import { serveResources } from './resources.ts';
import { base64, invalid, resourceFor, type Abilities, type Server } from './server.ts';
import { subscriptionsTo, type Subscriptions } from './subscriptions.ts';

/** Longest line of a client: pictures and whole documents may be in it. */
const MOST_BYTES = 256 * 1024 * 1024;

/** How soon a client hears of what it subscribed to and somebody else changed. */
const FOLLOW_MS = 20_000;

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
  let loading: Promise<AgentAbilities> | null = null;
  const abilities = (): Promise<AgentAbilities> => (loading ??= service.abilities());
  let server: Server | null = null;
  const subscriptions = subscriptionsTo(abilities, async (uri) => server?.sendResourceUpdated({ uri }));
  const wire = new StdioServerTransport(stdin, stdout, { maxBufferSize: MOST_BYTES });
  const ears: Ears = {
    cancel(id) {
      calls.cancel(id);
      subscriptions.removeAll(id);
    },
    listen(id, uris) {
      for (const uri of uris) void subscriptions.add(uri, id).catch(() => undefined);
    },
  };
  const { transport, closed } = heard(wire, ears, greeted);
  const serverFor = (): McpServer => {
    const whole = new McpServer(identityOf(service), { instructions: service.instructions });
    ({ server } = whole);
    server.registerCapabilities(CAPABILITIES);
    serveTools(server, abilities, { calls, subscriptions });
    servePrompts(server, abilities);
    serveResources(server, abilities, subscriptions);
    return whole;
  };
  const handle = serveStdio(serverFor, { transport });
  const close = (): void => void handle.close();
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  const endFollowing = following(subscriptions);
  await closed;
  endFollowing();
  stop.removeEventListener('abort', close);
  await calls.end();
}

/** What other processes do, and jobs far away, is looked at now and then, one look at a time. */
function following(subscriptions: Pick<Subscriptions, 'look'>): () => void {
  let isLooking = false;
  async function follow(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    await subscriptions.look('follow').catch(() => undefined);
    isLooking = false;
  }
  const timer = setInterval(() => void follow(), FOLLOW_MS).unref();
  return () => clearInterval(timer);
}

interface UnderWay {
  readonly calls: Calls;
  readonly subscriptions: Pick<Subscriptions, 'look'>;
}

function serveTools(server: Server, abilities: Abilities, { calls, subscriptions }: UnderWay): void {
  server.setRequestHandler('tools/list', async () => ({ tools: (await abilities()).tools.map(described) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = (await abilities()).tools.find(({ name }) => name === params.name);
    if (tool === undefined) throw invalid(`There is no tool ${params.name}.`);
    const { mcpReq } = context;
    const reply = await calls.run(mcpReq.id, mcpReq.signal, (signals) =>
      tool.call(params.arguments ?? {}, { ...signals, ...seenBy(context, server) }),
    );
    if ('wantsRoots' in reply) return questionResult(reply);
    if (!tool.hints.readOnly) {
      if (!reply.isError) await server.sendResourceListChanged();
      await subscriptions.look('read');
    }
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
