import { createMCPClient } from '@ai-sdk/mcp';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connected, pixtab } from '../../bench/agent-session.mjs';
import { workplace, type Workplace } from './pixtab.ts';
import { serving } from './serving.ts';

const running: (() => void)[] = [];
afterEach(() => {
  for (const end of running.splice(0)) end();
});

/** A server in this place, and a client that is not ours. */
async function agentIn(
  place: Workplace,
  flags: readonly string[] = ['--allowance', '1'],
  env: Readonly<Record<string, string>> = {},
  options: object = {},
) {
  const where = { cwd: place.dir, env: { ...place.env, PIXTAB_SANDBOX: '1', ...env } };
  const server = await connected(flags, where, options);
  running.push(() => server.child.kill('SIGKILL'));
  return server;
}

type Agent = Awaited<ReturnType<typeof agentIn>>;
// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
type Facts = any;

async function quoted(agent: Agent, order: object): Promise<Record<string, unknown>> {
  const { structuredContent } = await agent.call('estimate_image', { ...order });
  const { quote } = structuredContent as Facts;
  return { ...order, quote_id: quote.id, confirm_cost: quote.high };
}

async function bought(agent: Agent, order: object, key: string): Promise<Facts> {
  const args = { ...(await quoted(agent, order)), idempotency_key: key };
  return (await agent.call('generate_image', args)).structuredContent;
}

async function spentIn({ run }: Workplace): Promise<Facts> {
  const { json } = await run(['budget', 'list', '--sandbox', '--json']);
  return json<{ budgets: Facts[] }>().budgets[0];
}

describe('clients that are not ours', () => {
  it('find tools, resources and prompts: the client of the protocol’s SDK', async () => {
    await using place = await workplace();
    const agent = await agentIn(place, ['--allowance', '1', '--preview-size', '100']);
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'estimate_image',
      'generate_image',
      'edit_image',
      'check_job',
      'list_models',
      'spending',
      'recover',
    ]);
    expect(tools.every(({ outputSchema }) => outputSchema?.type === 'object')).toBe(true);
    expect(tools[1]?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
    });

    const progress: string[] = [];
    const args = { ...(await quoted(agent, { prompt: 'a lamp', name: 'lamp' })), idempotency_key: 'lamp' };
    const { content, structuredContent } = await agent.call('generate_image', args, {
      onprogress: ({ message }: { message?: string }) => void progress.push(message ?? ''),
    });
    expect(progress).toEqual([
      expect.stringMatching(/^held \$0\.03/),
      'sent to gemini-3.1-flash-lite-image',
      expect.stringMatching(/^saved .*lamp\.jpg$/),
    ]);
    const [{ uri, sha256 }] = (structuredContent as Facts).images;
    expect(content).toEqual([
      expect.objectContaining({ type: 'text' }),
      expect.objectContaining({ type: 'image', mimeType: 'image/jpeg' }),
      expect.objectContaining({ type: 'resource_link', uri }),
    ]);
    const { contents } = await agent.client.readResource({ uri });
    expect(contents[0]).toMatchObject({ uri: `pixtab://pictures/${sha256}`, mimeType: 'image/jpeg' });
    const { resources } = await agent.client.listResources();
    expect(resources.map((resource) => resource.uri)).toContain(uri);
    expect((await agent.client.listPrompts()).prompts).toHaveLength(3);
    const lacking = agent.client.getPrompt({ name: 'change-picture', arguments: { change: '' } });
    await expect(lacking).rejects.toThrow('picture is missing. change takes a text.');
    await agent.close();
  });

  it('buy a picture: the AI SDK’s client', async () => {
    await using place = await workplace();
    const where = { cwd: place.dir, env: place.env };
    const child = pixtab(['mcp', '--allowance', '1', '--sandbox'], where);
    running.push(() => child.kill('SIGKILL'));
    const client = await createMCPClient({
      transport: new StdioServerTransport(child.stdout, child.stdin),
    });
    const tools: Facts = await client.tools();
    const call = (name: string, args: object): Promise<Facts> =>
      tools[name].execute(args, { toolCallId: '1', messages: [] });
    const { quote } = (await call('estimate_image', { prompt: 'a lamp' })).structuredContent;
    const args = { prompt: 'a lamp', quote_id: quote.id, confirm_cost: quote.high, idempotency_key: 'lamp' };
    expect((await call('generate_image', args)).structuredContent).toMatchObject({
      outcome: 'ok',
      charged: 'yes',
    });
    await client.close();
    child.stdin.end();
  });
});

it('lets two servers of one name spend one allowance together, and no cent more', async () => {
  await using place = await workplace();
  const flags = ['--allowance', '0.12', '--preview-size', '0'];
  const agents = await Promise.all([agentIn(place, flags), agentIn(place, flags)]);
  const ends = agents.flatMap((agent, who) =>
    [0, 1, 2].map(
      async (n) => (await bought(agent, { prompt: `a lamp ${who}${n}` }, `lamp-${who}${n}`)).outcome,
    ),
  );
  expect((await Promise.all(ends)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'budget',
    'budget',
    'budget',
    'ok',
    'ok',
    'ok',
  ]);
  const { used, amount } = await spentIn(place);
  expect([amount, Number(used) <= 0.12]).toEqual(['0.12', true]);
  await Promise.all(agents.map((agent) => agent.close()));
});

it('buys once under a key that two servers get at once, and answers both alike', async () => {
  await using place = await workplace();
  const agents = await Promise.all([agentIn(place), agentIn(place)]);
  const orders = await Promise.all(agents.map((agent) => quoted(agent, { prompt: 'a lamp', name: 'lamp' })));
  const answers = await Promise.all(
    agents.map(
      async (agent, index) =>
        (await agent.call('generate_image', { ...orders[index], idempotency_key: 'lamp' }))
          .structuredContent as Facts,
    ),
  );
  expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(answers[0].images).toEqual(answers[1].images);
  expect(answers.filter(({ repeated }) => repeated)).toHaveLength(1);
  await Promise.all(agents.map((agent) => agent.close()));
});

/** A way to an address that tells when a request for a picture has gone by. */
async function watched(url: string) {
  const { port } = new URL(url);
  let isSeen = (): void => {};
  const seen = new Promise<void>((resolve) => {
    isSeen = resolve;
  });
  const way = createServer((from) => {
    const to = connect(Number(port), '127.0.0.1');
    from.on('data', (bytes) => {
      if (bytes.includes(':generateContent')) isSeen();
    });
    from.pipe(to).pipe(from);
    for (const end of [from, to]) end.on('error', () => {});
  });
  await once(way.listen(0, '127.0.0.1'), 'listening');
  running.push(() => way.close());
  const { port: own } = way.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, seen };
}

describe('a purchase that its client leaves', () => {
  it('is finished when the client goes, and found by the next server under its key', async () => {
    await using place = await workplace();
    const { url, seen } = await watched((await serving(place, '--latency', '300')).url);
    const env = { PIXTAB_BASE_URL: url };
    const agent = await agentIn(place, ['--allowance', '1'], env);
    const args = { ...(await quoted(agent, { prompt: 'a lamp', name: 'lamp' })), idempotency_key: 'lamp' };
    void agent.call('generate_image', args).catch(() => 'lost');
    await seen;
    agent.child.stdin?.end();
    await agent.gone;
    expect(await readdir(place.dir)).toEqual(['lamp.jpg']);
    const next = await agentIn(place, ['--allowance', '1'], env);
    const { structuredContent } = await next.call('generate_image', args);
    expect(structuredContent).toMatchObject({
      outcome: 'ok',
      repeated: true,
      images: [{ mimeType: 'image/jpeg' }],
    });
    await next.close();
  });

  it('is finished when it cancels, and found under its key', async () => {
    await using place = await workplace();
    const { url, seen } = await watched((await serving(place, '--latency', '300')).url);
    const agent = await agentIn(place, ['--allowance', '1'], { PIXTAB_BASE_URL: url });
    const args = { ...(await quoted(agent, { prompt: 'a lamp', name: 'lamp' })), idempotency_key: 'lamp' };
    const cancelling = new AbortController();
    const call = agent.call('generate_image', args, { signal: cancelling.signal }).catch(() => 'cancelled');
    await seen;
    cancelling.abort();
    expect(await call).toBe('cancelled');
    const { structuredContent } = await agent.call('generate_image', args);
    expect(structuredContent).toMatchObject({ outcome: 'ok', repeated: true });
    await agent.close();
  });
});

/** A client that speaks in lines, so that it can say what no client should. */
async function rawAgentIn(place: Workplace, env: Readonly<Record<string, string>> = {}) {
  const where = { cwd: place.dir, env: { ...place.env, PIXTAB_SANDBOX: '1', ...env } };
  const child = pixtab(['mcp', '--allowance', '1'], where);
  running.push(() => child.kill('SIGKILL'));
  const gone = once(child, 'close');
  const heard: Facts[] = [];
  const lines = createInterface({ input: child.stdout }).on(
    'line',
    (line) => void heard.push(JSON.parse(line)),
  );
  const say = (message: object): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  async function hear(isIt: (message: Facts) => boolean): Promise<Facts> {
    while (!heard.some(isIt)) await once(lines, 'line');
    return heard.find(isIt);
  }
  const call = (id: number, name: string, args: object): void =>
    say({ id, method: 'tools/call', params: { name, arguments: args, _meta: { progressToken: id } } });
  const answer = async (id: number): Promise<Facts> => (await hear((message) => message.id === id)).result;
  const cancel = (requestId: number): void =>
    say({ method: 'notifications/cancelled', params: { requestId } });
  say({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  });
  await answer(0);
  say({ method: 'notifications/initialized' });
  /** An order of a lamp with the key "lamp", ready to be bought. */
  async function lamp(): Promise<object> {
    const order = { prompt: 'a lamp', name: 'lamp' };
    call(1, 'estimate_image', order);
    const { quote } = (await answer(1)).structuredContent;
    return { ...order, quote_id: quote.id, confirm_cost: quote.high, idempotency_key: 'lamp' };
  }
  return {
    child,
    heard,
    say,
    hear,
    call,
    answer,
    cancel,
    lamp,
    async close() {
      child.stdin.end();
      await gone;
    },
  };
}

describe('a call that is cancelled', () => {
  it('twice is left at once: it may have been charged, and is not bought again under its key', async () => {
    await using place = await workplace();
    const { url, seen } = await watched((await serving(place, '--latency', '600000')).url);
    const agent = await rawAgentIn(place, { PIXTAB_BASE_URL: url });
    const args = await agent.lamp();
    agent.call(2, 'generate_image', args);
    await seen;
    agent.cancel(2);
    agent.cancel(2);
    agent.call(3, 'generate_image', args);
    expect((await agent.answer(3)).structuredContent).toMatchObject({
      outcome: 'unconfirmed',
      charged: 'unknown',
      repeated: true,
      mayFollow: expect.stringMatching(/^It may have been charged\. Do not buy it again/),
    });
    expect(agent.heard.filter(({ id }) => id === 2)).toEqual([]);
    await agent.close();
  });

  it.each([
    ['when it is saved', (message: Facts) => message.params?.message?.startsWith('saved ')],
    ['when its answer is there', (message: Facts) => message.id === 2],
  ])('%s keeps its picture, which its key brings', async (_, isLate) => {
    await using place = await workplace();
    const agent = await rawAgentIn(place, { PIXTAB_BASE_URL: (await serving(place)).url });
    const args = await agent.lamp();
    agent.call(2, 'generate_image', args);
    await agent.hear(isLate);
    agent.cancel(2);
    agent.call(3, 'generate_image', args);
    expect((await agent.answer(3)).structuredContent).toMatchObject({ outcome: 'ok', repeated: true });
    expect(await readdir(place.dir)).toEqual(['lamp.jpg']);
    await agent.close();
  });
});

it('holds a quote over the end of the server that gave it', async () => {
  await using place = await workplace();
  const env = { PIXTAB_BASE_URL: (await serving(place)).url };
  const first = await rawAgentIn(place, env);
  const args = await first.lamp();
  first.child.kill('SIGKILL');
  const next = await rawAgentIn(place, env);
  next.call(2, 'generate_image', args);
  expect((await next.answer(2)).structuredContent).toMatchObject({ outcome: 'ok', repeated: false });
  await next.close();
});

it.each([
  ['--key', 'AIza-not-a-name-but-the-key-of-somebody', '--key takes the name of a key'],
  [
    '--base-url',
    'https://me:the-key-of-somebody@example.com',
    '--base-url must not hold a user name or a password',
  ],
])('prints no entry that would have a key in it: %s', async (flag, value, why) => {
  await using place = await workplace();
  const { code, stdout, stderr } = await place.run(['mcp', '--config', 'claude', flag, value]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(why);
  expect(stderr).not.toContain('somebody');
});

it('says on stdout nothing but the protocol, and on stderr that only what is free works without an allowance', async () => {
  await using place = await workplace();
  const { stdout, stderr } = await place.run(['mcp', '--sandbox']);
  expect([stdout, stderr]).toEqual(['', expect.stringMatching(/^note {3}No --allowance: .*\n$/)]);
});

it('takes frames of any size, and answers what makes no sense in the words of the protocol', async () => {
  await using place = await workplace();
  const agent = await agentIn(place);
  const long = await agent.call('estimate_image', { prompt: 'x'.repeat(2_000_000) });
  expect(long).toMatchObject({ isError: true, structuredContent: { error: { code: 'bad-arguments' } } });
  await expect(agent.call('no_such_tool', {})).rejects.toThrow('There is no tool no_such_tool.');
  expect((await agent.call('spending', {})).isError).toBeFalsy();
  await agent.close();
});

it.each([0, 1, 2])(
  'takes a line of a megabyte that pipes cut in the middle of characters, shifted by %i bytes',
  async (shift) => {
    await using place = await workplace();
    const agent = await rawAgentIn(place);
    const padding = `${'x'.repeat(shift)}${'字'.repeat(350_000)}`;
    const params = { name: 'estimate_image', arguments: { prompt: '字'.repeat(1_000) }, _meta: { padding } };
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    agent.child.stdin.write(`${line}\r\n`);
    expect((await agent.answer(1)).structuredContent).toMatchObject({
      quote: { id: expect.any(String) },
      error: null,
    });
    await agent.close();
  },
);

describe('a subscription', () => {
  /** A job that waits, which the sandbox ends when it is told to. */
  async function waitingJob(place: Workplace, options: object) {
    const sandbox = await serving(place, '--batch-time', '3600000');
    const env = { PIXTAB_BASE_URL: sandbox.url };
    const agent = await agentIn(place, ['--allowance', '1'], env, options);
    const { jobId, runId } = await bought(agent, { prompt: 'a lamp', lane: 'batch', name: 'lamp' }, 'lamp');
    const done = async (): Promise<void> => {
      const settings = JSON.stringify({ batchMs: 0 });
      await fetch(new URL('/sandbox/settings', sandbox.url), { method: 'POST', body: settings });
    };
    return { agent, jobId, uris: [`pixtab://jobs/${jobId}`, `pixtab://receipts/${runId}`], done };
  }

  it('of 2025 tells of a job and its receipt when the pictures are there', async () => {
    await using place = await workplace();
    const { agent, jobId, uris, done } = await waitingJob(place, {});
    const heard: string[] = [];
    agent.client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      heard.push(params.uri);
    });
    for (const uri of uris) await agent.client.subscribeResource({ uri });
    await agent.call('spending', {});
    expect(heard).toEqual([]);
    await done();
    await agent.call('check_job', { job_id: jobId });
    expect(heard).toEqual(uris);
    await agent.client.unsubscribeResource({ uri: uris[0] ?? '' });
    const { contents } = await agent.client.readResource({ uri: uris[0] ?? '' });
    expect(JSON.parse((contents[0] as Facts).text)).toMatchObject({ jobId, stage: 'done', saved: 1 });
    await agent.close();
  });

  it('of 2026 tells the same to who listens, and of new resources', async () => {
    await using place = await workplace();
    const options = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
    const { agent, jobId, uris, done } = await waitingJob(place, options);
    const heard: string[] = [];
    agent.client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      heard.push(params.uri);
    });
    agent.client.setNotificationHandler('notifications/resources/list_changed', () => {
      heard.push('list');
    });
    const listening = await agent.client.listen({ resourceSubscriptions: uris, resourcesListChanged: true });
    await done();
    await agent.call('check_job', { job_id: jobId });
    expect(heard.toSorted()).toEqual(['list', ...uris]);
    await listening.close();
    await agent.close();
  });
});

it('leaves a job running when it ends, and fetches its pictures in the next server', async () => {
  await using place = await workplace();
  const sandbox = await serving(place, '--batch-time', '3600000');
  const env = { PIXTAB_BASE_URL: sandbox.url };
  const first = await agentIn(place, ['--allowance', '1'], env);
  const job = await bought(first, { prompt: 'a lamp', lane: 'batch', name: 'lamp' }, 'lamp');
  expect(job).toMatchObject({ outcome: 'pending', jobId: expect.stringMatching(/\w/) });
  await first.close();
  const next = await agentIn(place, ['--allowance', '1'], env);
  const look = async () => (await next.call('check_job', { job_id: job.jobId })).structuredContent as Facts;
  expect(await look()).toMatchObject({ outcome: 'pending' });
  const done = JSON.stringify({ batchMs: 0 });
  await fetch(new URL('/sandbox/settings', sandbox.url), { method: 'POST', body: done });
  expect(await look()).toMatchObject({
    outcome: 'ok',
    images: [{ mimeType: 'image/jpeg' }],
    job: { stage: 'done' },
  });
  expect(await readdir(place.dir)).toEqual(['lamp.jpg']);
  await next.close();
});
