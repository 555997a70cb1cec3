// A gate in front of a sandbox: what is paid for waits while it is shut.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { until } from './process.mjs';

/** Passes everything on to the sandbox; POST requests wait while the gate is shut. */
export async function gateBefore(sandbox) {
  let open = Promise.resolve();
  let release = () => {};
  let waiting = 0;
  const prompts = new Map();
  const server = createServer(
    (request, response) => void pass(request, response).catch(() => response.destroy()),
  );

  async function pass(request, response) {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    if (request.method === 'POST') {
      waiting += 1;
      await open;
      waiting -= 1;
      const prompt = promptIn(Buffer.concat(body));
      prompts.set(prompt, (prompts.get(prompt) ?? 0) + 1);
    }
    const { 'x-goog-api-key': key = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(new URL(request.url, sandbox), {
      method: request.method,
      headers: { 'x-goog-api-key': key, 'content-type': type },
      ...(body.length > 0 && { body: Buffer.concat(body) }),
    });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'x-pixtab-sandbox': '1',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    waiting: () => waiting,
    /** How often each prompt was passed on. */
    prompts: () => prompts,
    holds: (count, ...processes) =>
      until(`${count} requests wait at the gate`, () => waiting === count, ...processes),
    shut() {
      ({ promise: open, resolve: release } = withResolvers());
    },
    open: () => release(),
    close() {
      release();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The first text of a request; null where it has none. */
function promptIn(body) {
  try {
    return JSON.parse(body).contents[0].parts[0].text ?? null;
  } catch {
    return null;
  }
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
