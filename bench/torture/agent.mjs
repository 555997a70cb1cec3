// One purchase of an agent, as a process that ends like a command: a server of pixtab mcp, and a client of the protocol's own SDK.
import { once } from 'node:events';
import { execPath } from 'node:process';
import { Client } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { pixtab } from '../agent-session.mjs';
import { TIE } from '../process.mjs';

const ORDER = { prompt: 'a cat', name: 'cat', model: 'nano-banana-2-lite', count: 1 };

/** The exit code of a command that did not bring all. */
const UNDONE = 6;

/** Asks for the price, then buys; the same order under the same key is the same purchase. */
export function purchaseOfAgent(args, { bin, cwd, env }) {
  const command = [execPath, ...TIE, bin];
  const child = pixtab([...args, '--sandbox'], { cwd, env, command, stderr: 'pipe' });
  const gone = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (text) => (stderr += text));

  async function talk() {
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StdioServerTransport(child.stdout, child.stdin));
    const call = async (name, values) =>
      (await client.callTool({ name, arguments: values })).structuredContent;
    const priced = await call('estimate_image', ORDER);
    if (priced?.quote === undefined) return;
    const { id, high } = priced.quote;
    const order = { ...ORDER, quote_id: id, confirm_cost: high, idempotency_key: 'cat' };
    stdout = JSON.stringify((await call('generate_image', order)) ?? null);
  }

  const ran = (async () => {
    await Promise.race([talk().catch((error) => (stderr += String(error))), gone]);
    child.stdin.end();
    const [code, signal] = await gone;
    // A server ends well whatever it bought.
    const isBought = stdout !== '' && JSON.parse(stdout)?.outcome === 'ok';
    return { code: code === 0 && !isBought ? UNDONE : code, signal, stdout, stderr };
  })();
  return { child, ran };
}
