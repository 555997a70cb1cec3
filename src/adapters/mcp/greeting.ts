import type { Readable, Writable } from 'node:stream';
import type { AgentService } from '../../ports/index.ts';
import { CAPABILITIES, identityOf } from './identity.ts';
import { isRecord } from './records.ts';

// Loading the protocol's SDK takes longer than everything else before the first answer, and a client waits for that answer.
// It says the same to everybody but for the revision, so it is given first; what is in any way unusual is left to the SDK.

/** Revisions that begin with `initialize`, the newest first: those of the SDK, which a test compares. */
const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/** No `initialize` is longer. */
const MOST_BYTES = 64 * 1024;
const LINE_END = 10;

type Id = string | number;

/** Answers `initialize` where that comes first; resolves to its id, or to null. All that came can still be read from `stdin`. */
export async function greet(
  service: AgentService,
  { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  stop: AbortSignal,
): Promise<Id | null> {
  const line = await firstLine(stdin, stop);
  const greeting = line === null ? null : greetingFor(line, service);
  if (greeting === null) return null;
  stdout.write(`${JSON.stringify(greeting)}\n`);
  return greeting.id;
}

/** null where there is none, or none that matters here. */
function firstLine(stdin: Readable, stop: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    let came = Buffer.alloc(0);
    const leave = (): void => end(null);
    const ENDS = ['end', 'error', 'close'] as const;
    function end(line: string | null): void {
      stdin.off('readable', read);
      for (const event of ENDS) stdin.off(event, leave);
      stop.removeEventListener('abort', leave);
      resolve(line);
    }
    function read(): void {
      const chunk: unknown = stdin.read();
      if (!(chunk instanceof Uint8Array)) return;
      came = Buffer.concat([came, chunk]);
      const at = came.indexOf(LINE_END);
      if (at < 0 && came.length < MOST_BYTES) return;
      // At once: a stream that has ended takes nothing back.
      stdin.unshift(came);
      end(at < 0 ? null : came.toString('utf8', 0, at));
    }
    stdin.on('readable', read);
    for (const event of ENDS) stdin.on(event, leave);
    stop.addEventListener('abort', leave, { once: true });
    if (stop.aborted) leave();
  });
}

/** As the SDK answers it; null where it might say something else. */
export function greetingFor(line: string, service: AgentService) {
  const asked = initializeIn(line);
  if (asked === null) return null;
  return {
    jsonrpc: '2.0' as const,
    id: asked.id,
    result: {
      protocolVersion: REVISIONS.find((revision) => revision === asked.revision) ?? REVISIONS[0],
      capabilities: CAPABILITIES,
      serverInfo: identityOf(service),
      instructions: service.instructions,
    },
  };
}

/** null for whatever is not an `initialize` without a doubt. */
function initializeIn(line: string): { readonly id: Id; readonly revision: string } | null {
  const message = parsed(line);
  if (!isRecord(message) || !hasOnly(message, ['jsonrpc', 'id', 'method', 'params'])) return null;
  const { jsonrpc, id, method, params } = message;
  if (jsonrpc !== '2.0' || method !== 'initialize' || !isId(id) || !isRecord(params)) return null;
  if (!hasOnly(params, ['protocolVersion', 'capabilities', 'clientInfo'])) return null;
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !isPlain(capabilities) || !isNamed(clientInfo)) return null;
  return { id, revision: protocolVersion };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const isId = (id: unknown): id is Id => typeof id === 'string' || Number.isSafeInteger(id);

const hasOnly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).every((key) => keys.includes(key));

/** Capabilities are objects in objects; one of them says yes or no. */
const isPlain = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(([key, inner]) =>
    key === 'listChanged' ? typeof inner === 'boolean' : isPlain(inner),
  );

const TEXTS = ['name', 'version', 'title', 'description', 'websiteUrl'] as const;

const isNamed = (value: unknown): boolean =>
  isRecord(value) &&
  hasOnly(value, TEXTS) &&
  typeof value['name'] === 'string' &&
  typeof value['version'] === 'string' &&
  Object.values(value).every((text) => typeof text === 'string');
