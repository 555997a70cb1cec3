import fc from 'fast-check';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { greetingFor } from '../../../src/adapters/mcp/greeting.ts';
import { speak } from '../../../src/adapters/mcp/protocol.ts';
import { serve } from '../../../src/adapters/mcp/serve.ts';
import type { AgentService } from '../../../src/ports/index.ts';

const SERVICE: AgentService = {
  name: 'pixtab',
  version: '1.2.3',
  instructions: 'Call estimate_image for a quote.',
  abilities: async () => ({
    tools: [],
    prompts: [],
    resources: { templates: [], list: async () => [], read: async () => null, follow: async () => null },
  }),
};

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { roots: { listChanged: true }, elicitation: {}, sampling: {} },
    clientInfo: { name: 'client', version: '1', title: 'A client' },
  },
};
const TOOLS = { jsonrpc: '2.0', id: 2, method: 'tools/list' };

type Message = Readonly<Record<string, unknown>>;

/** What a server says to these bytes, and that it ends with them. */
async function said(
  pieces: readonly (string | Uint8Array)[],
  how: typeof serve,
): Promise<readonly Message[]> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const lines: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => void lines.push(chunk));
  const served = how(SERVICE, { stdin, stdout }, new AbortController().signal);
  for (const piece of pieces) {
    stdin.write(piece);
    await new Promise(setImmediate);
  }
  // An answer to what came last means that nothing else is to come.
  const last = JSON.stringify({ jsonrpc: '2.0', id: 'last', method: 'ping' });
  stdin.write(`\n${last}\n`);
  while (!String(Buffer.concat(lines)).includes('"last"')) await once(stdout, 'data');
  stdin.end();
  await served;
  return String(Buffer.concat(lines))
    .trimEnd()
    .split('\n')
    .map((line): Message => JSON.parse(line))
    .filter(({ id }) => id !== 'last');
}

const bySdk: typeof serve = (service, streams, stop) => speak(service, streams, { stop, greeted: null });
const line = (message: unknown): string => `${JSON.stringify(message)}\n`;

/** What clients send to begin with: mostly as it should be. */
function asked(): fc.Arbitrary<unknown> {
  const other = fc.constantFrom<unknown>(null, 5, [], true, 'x', {}, { listChanged: 1 });
  const mostly = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 25, arbitrary: good }, { weight: 1, arbitrary: other });
  const rarely = (extra: object) => fc.constantFrom<object>({}, {}, {}, {}, {}, {}, {}, {}, extra);
  const object = fc.constantFrom<unknown>(
    {},
    {},
    { listChanged: true },
    { form: {} },
    { form: 5 },
    { x: [1] },
  );
  const named = fc.constantFrom<unknown>({}, { 'io.example/a': {} }, { a: { b: {} } });
  const text = fc.constantFrom('client', '1', '', 'ö\u2028');
  const some = (model: Record<string, fc.Arbitrary<unknown>>) => fc.record(model, { requiredKeys: [] });
  const capabilities = some({
    roots: mostly(object),
    elicitation: mostly(object),
    sampling: mostly(object),
    tasks: mostly(object),
    experimental: mostly(named),
    extensions: mostly(named),
    unheard: mostly(object),
  });
  const clientInfo = fc
    .tuple(
      fc.record({ name: mostly(text), version: mostly(text) }),
      some({ title: mostly(text), websiteUrl: mostly(text) }),
      rarely({ icons: [] }),
    )
    .map((parts) => Object.assign({}, ...parts));
  const revision = fc.constantFrom(...SUPPORTED_PROTOCOL_VERSIONS, '2026-07-28', '');
  const params = fc
    .tuple(
      fc.record({
        protocolVersion: mostly(revision),
        capabilities: mostly(capabilities),
        clientInfo: mostly(clientInfo),
      }),
      rarely({ _meta: { progressToken: 1 } }),
      rarely({ more: 1 }),
    )
    .map((parts) => Object.assign({}, ...parts));
  return fc
    .tuple(
      fc.record({
        jsonrpc: mostly(fc.constant('2.0')),
        id: fc.constantFrom<unknown>(1, 'one', 0, -7, '', 1.5, null),
        method: mostly(fc.constant('initialize')),
        params: mostly(params),
      }),
      rarely({ more: 1 }),
    )
    .map((parts) => Object.assign({}, ...parts));
}

describe('the answer to initialize', () => {
  it.each([...SUPPORTED_PROTOCOL_VERSIONS, '2026-07-28', '2099-01-01', ''])(
    'says of revision %j what the SDK says, once, and the SDK goes on',
    async (protocolVersion) => {
      const asked = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion } };
      const bytes = [line(asked), line({ jsonrpc: '2.0', method: 'notifications/initialized' }), line(TOOLS)];
      const answers = await said(bytes, serve);
      expect(answers).toEqual(await said(bytes, bySdk));
      expect(answers.map(({ id }) => id)).toEqual([1, 2]);
      expect(greetingFor(line(asked), SERVICE)).toEqual(answers[0]);
    },
  );

  it('never differs from that of the SDK, whatever a client sends', async () => {
    let greeted = 0;
    await fc.assert(
      fc.asyncProperty(asked(), async (message) => {
        const greeting = greetingFor(line(message), SERVICE);
        if (greeting === null) return;
        greeted += 1;
        expect(await said([line(message)], bySdk)).toEqual([greeting]);
      }),
      { numRuns: 1_000 },
    );
    expect(greeted).toBeGreaterThan(10);
  });

  it.each([
    ['in one piece with what follows', [line(INITIALIZE) + line(TOOLS)]],
    ['byte by byte', [...Buffer.from(line(INITIALIZE) + line(TOOLS))].map((byte) => Uint8Array.of(byte))],
    ['with the line ends of Windows', [line(INITIALIZE).replace('\n', '\r\n'), line(TOOLS)]],
    ['after an empty line', ['\n', line(INITIALIZE), line(TOOLS)]],
    ['after what is no JSON', ['hello?\n', line(INITIALIZE), line(TOOLS)]],
    [
      'after another request',
      [line({ jsonrpc: '2.0', id: 0, method: 'ping' }), line(INITIALIZE), line(TOOLS)],
    ],
    [
      'in a line of a hundred thousand characters',
      [
        line({
          ...INITIALIZE,
          params: { ...INITIALIZE.params, capabilities: { experimental: { ['x'.repeat(100_000)]: {} } } },
        }),
        line(TOOLS),
      ],
    ],
  ])('is the same for one that comes %s', async (_, pieces) => {
    const answers = await said(pieces, serve);
    expect(answers).toEqual(await said(pieces, bySdk));
    expect(answers.filter(({ id }) => id === 1)).toHaveLength(1);
  });

  it('leaves who says nothing, and ends with a client that goes before its first line', async () => {
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const served = serve(SERVICE, { stdin, stdout }, new AbortController().signal);
    stdin.end('{"jsonrpc"');
    await served;
    expect(stdout.read()).toBeNull();
  });

  it('ends when the user stops it before the first line', async () => {
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const stopping = new AbortController();
    const served = serve(SERVICE, { stdin, stdout }, stopping.signal);
    stopping.abort();
    await served;
    expect(stdout.read()).toBeNull();
  });
});
