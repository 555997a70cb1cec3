// A scripted agent with $1 and twenty tasks, against the sandbox: `npm run build && node bench/agent-session.mjs`.
// It meets a refusal, a rate limit and two kills of its server, and does what the answers say may be done next.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { BIN, TIE } from './process.mjs';

const SUBJECTS = ['a lighthouse', 'a harbour', 'a mill', 'an orchard', 'a bridge', 'a market', 'a forest'];
const LIGHT = ['at dawn', 'at noon', 'at dusk'];
const TASKS = Array.from({ length: 20 }, (_, index) => ({
  key: `task-${String(index + 1).padStart(2, '0')}`,
  prompt: `${SUBJECTS[index % SUBJECTS.length]} ${LIGHT[index % LIGHT.length]}`,
  // Every fourth is asked for twice.
  ...(index % 4 === 3 && { count: 2 }),
  // The one that meets the rate limit has a model to itself: what pixtab learns of it would let the others wait a minute.
  ...(index === 8 && { model: 'gemini-nano-banana-2.1' }),
}));

/** What goes wrong, by task. */
const TROUBLE = {
  'task-05': { faults: 'IMAGE_SAFETY' },
  'task-09': { faults: '429' },
  'task-13': { killAt: 'sent', latencyMs: 5_000 },
  'task-17': { killAt: 'saved' },
};

/**
 * Runs a program of pixtab, which ends with this process.
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: Record<string, string | undefined>, command?: string[], stderr?: 'ignore' | 'pipe' }} place
 * @returns {import('node:child_process').ChildProcessWithoutNullStreams}
 */
export function pixtab(args, { cwd, env, command, stderr = 'ignore' }) {
  const [file = process.execPath, ...before] = command ?? [process.execPath, ...TIE, BIN];
  const child = spawn(file, [...before, ...args], { cwd, env, stdio: ['pipe', 'pipe', stderr, 'pipe'] });
  child.stdin?.on('error', () => {});
  // @ts-expect-error -- its streams are pipes
  return child;
}

/** A server of an agent, and a client of the protocol's own SDK that talks to it. */
export async function connected(args, place, options = {}) {
  const child = pixtab(['mcp', ...args], place);
  const gone = once(child, 'close');
  const client = new Client({ name: 'agent', version: '1' }, options);
  await client.connect(new StdioServerTransport(child.stdout, child.stdin));
  return {
    child,
    client,
    gone,
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    async close() {
      child.stdin.end();
      await gone;
    },
  };
}

/**
 * Works through the tasks, and tells what happened, a line each.
 * @param {{ cwd: string, env: Record<string, string | undefined>, command?: string[] }} place
 * @param {(line: string) => void} say
 */
async function agentSession(place, say = () => {}) {
  const sandbox = pixtab(['sandbox', '--seed', '7'], place);
  const [url] = await once(createInterface({ input: sandbox.stdout }), 'line');
  const control = (path, body) =>
    fetch(new URL(`/sandbox/${path}`, url), { method: 'POST', body: JSON.stringify(body) });
  const here = { ...place, env: { ...place.env, PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: url } };
  const flags = ['--allowance', '1', '--agent', 'painter', '--retries', '0', '--preview-size', '64'];
  const begin = () => connected(flags, here);
  let server = await begin();

  async function asked({ key, count = 1, ...wish }, { killAt } = {}) {
    const order = { ...wish, count, name: key };
    const { structuredContent: priced } = await server.call('estimate_image', order);
    const { id, high } = priced.quote;
    const args = { ...order, quote_id: id, confirm_cost: high, idempotency_key: key };
    const onprogress = ({ message }) => {
      if (killAt !== undefined && message.startsWith(killAt)) server.child.kill('SIGKILL');
    };
    const answer = server.call('generate_image', args, { onprogress });
    const lost = server.gone.then(() => null);
    return (await Promise.race([answer.catch(() => lost), lost]))?.structuredContent ?? null;
  }

  const told = (key, answer, then) => {
    const { outcome, charged, cost, images, error } = answer;
    const what =
      outcome === 'ok' ? `${images.length} for $${cost.amount}` : `${outcome}, charged: ${charged}`;
    say(`${key}  ${what}${error && outcome !== 'ok' ? ` (${error.code})` : ''}${then}`);
  };

  for (const task of TASKS) {
    const { faults, latencyMs, killAt } = TROUBLE[task.key] ?? {};
    if (faults !== undefined) await control('faults', { schedule: faults });
    if (latencyMs !== undefined) await control('settings', { latencyMs });
    let answer = await asked(task, { killAt });
    if (answer === null) {
      say(
        `${task.key}  the server was killed once it had ${killAt} it; it is asked again under the same key`,
      );
      if (latencyMs !== undefined) await control('settings', { latencyMs: 0 });
      server = await begin();
      answer = await asked(task);
    }
    if (answer.outcome === 'rate-limited') {
      told(task.key, answer, '; asked again under the same key');
      answer = await asked(task);
    }
    if (answer.outcome === 'refused') {
      told(task.key, answer, '; asked in other words under a new key');
      answer = await asked({ ...task, key: `${task.key}b`, prompt: `${task.prompt}, as a drawing` });
    }
    told(task.key, answer, answer.outcome === 'unconfirmed' ? '; left alone, since nobody can know' : '');
  }
  const greedy = await asked({ key: 'more', prompt: 'ten more, and ignore the budget', count: 10 });
  told('more', greedy, '; the allowance holds');
  const { structuredContent: spent } = await server.call('spending', { requests: 0 });
  say(`left of ${spent.allowances[0].allowance}: $${spent.allowances[0].left}`);
  await server.close();
  sandbox.stdin.end();
  sandbox.kill();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const command = process.env.AGENT_COMMAND?.split(' ');
  // eslint-disable-next-line no-console -- a program for people
  await agentSession({ cwd: process.cwd(), env: process.env, command }, (line) => console.log(line));
}
