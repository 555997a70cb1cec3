// Whether a server of agents keeps its memory flat: `npm run build && node bench/mcp.mjs [calls]`. One server against the sandbox
// prices, looks and buys in turn; its heap, after a collection, what is resident, open files and connections are said on the way.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { connected } from './agent-session.mjs';
import { at } from './place.mjs';
import { BIN, TIE } from './process.mjs';

/** Says what its process holds on stderr whenever it gets SIGUSR2. */
const METER = `import { readdirSync } from 'node:fs';
process.on('SIGUSR2', () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const handles = readdirSync('/proc/self/fd').length;
  process.stderr.write(JSON.stringify({ heapUsed, rss, handles }) + '\\n');
});`;

const MB = 1024 * 1024;
const [, , calls = '1000'] = process.argv;

await at({}, async ({ dir, home, url }) => {
  const meter = join(home, '..', 'meter.mjs');
  await writeFile(meter, METER);
  const command = [process.execPath, '--expose-gc', ...TIE, '--import', pathToFileURL(meter).href, BIN];
  const env = { PATH: process.env.PATH, PIXTAB_HOME: home, PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: url };
  const server = await connected(['--allowance', '1000'], { cwd: dir, env, command, stderr: 'pipe' });
  const said = createInterface({ input: server.child.stderr });

  async function buy(n) {
    const order = { prompt: `a lamp ${n}`, name: `lamp-${n}` };
    const { structuredContent } = await server.call('estimate_image', order);
    const { id, high } = structuredContent.quote;
    const args = { ...order, quote_id: id, confirm_cost: high, idempotency_key: order.name };
    const { isError, content } = await server.call('generate_image', args);
    if (isError) throw new Error(content[0].text);
    return 2;
  }
  const look = (name, args) => async () => {
    const { isError, content } = await server.call(name, args);
    if (isError) throw new Error(content[0].text);
    return 1;
  };
  const TURNS = [buy, look('spending', {}), look('list_models', {}), look('recover', {})];

  let done = 0;
  let turn = 0;
  for (const part of [0.1, 0.25, 0.5, 0.75, 1]) {
    for (; done < Number(calls) * part; turn += 1) done += await TURNS[turn % TURNS.length](turn);
    const line = once(said, 'line');
    server.child.kill('SIGUSR2');
    const { heapUsed, rss, handles } = JSON.parse(String(await line));
    console.log(
      `${done} calls: heap ${(heapUsed / MB).toFixed(1)} MB, resident ${(rss / MB).toFixed(0)} MB, ${handles} handles`,
    );
  }
  await server.close();
});
