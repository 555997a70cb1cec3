import { describe, expect, it } from 'vitest';
import type { RunningSandbox, SandboxWishes } from '../../../src/ports/index.ts';
import { GUISES } from '../../../src/sandbox/guises/guises.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { asking, generatePath, KEY, LITE, testClock, testPainter } from '../../sandbox/support.ts';
import { world } from '../../support/fakes/deps.ts';

/** Runs `pixtab sandbox` with these flags, does something with it, and presses Ctrl-C. */
async function serving(
  flags: readonly string[],
  use: (running: RunningSandbox, wishes: SandboxWishes) => Promise<void>,
) {
  const stop = new AbortController();
  const made = world({
    deps: {
      stop: stop.signal,
      async sandbox(wishes = {}) {
        const running = await startSandbox({ ...wishes, clock: testClock(), painter: testPainter });
        setImmediate(() => {
          void use(running, wishes).finally(() => stop.abort());
        });
        return running;
      },
    },
  });
  return made.pixtab('sandbox', ...flags);
}

const ask = (url: string): Promise<Response> =>
  fetch(url + generatePath(LITE), {
    method: 'POST',
    body: JSON.stringify(asking('a cat')),
    headers: { 'x-goog-api-key': KEY },
  });

describe('pixtab sandbox', () => {
  it('prints its URL, how to use it, and a line for every request, until Ctrl-C', async () => {
    let url = '';
    const { code, stdout, stderr } = await serving([], async (running) => {
      ({ url } = running);
      expect((await ask(url)).status).toBe(200);
    });
    expect(code).toBe(0);
    expect(stdout).toBe(url);
    expect(stderr).toContain(`PIXTAB_BASE_URL=${url}`);
    expect(stderr).toMatch(/^POST \S+:generateContent 200 \(\$0\.034\d*\) \d+ ms$/m);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('passes on what is wished', async () => {
    let wished: SandboxWishes = {};
    const flags = [
      ...'--seed 7 --latency 5 --rpm 3 --rpd 9 --retired --fault 503,ok'.split(' '),
      ...'--batch-time 50 --batch-jobs 2 --batch-tokens 9000'.split(' '),
    ];
    await serving(flags, async ({ url }, wishes) => {
      wished = wishes;
      expect((await ask(url)).status).toBe(503);
    });
    expect(wished).toMatchObject({ seed: 7, latencyMs: 5, rpm: 3, rpd: 9, retired: true, faults: '503,ok' });
    expect(wished).toMatchObject({ batchMs: 50, batchJobs: 2, batchTokens: 9000 });
  });

  it('plays a gateway, and says how to reach it', async () => {
    const { stdout, stderr } = await serving(['--as', 'openrouter'], async ({ url }) => {
      const { origin } = new URL(url);
      expect((await fetch(`${origin}/sandbox/meter`)).status).toBe(200);
    });
    expect(stdout).toMatch(/\/api\/v1$/);
    expect(stderr).toContain(`PIXTAB_BASE_URL=${stdout} pixtab "a lighthouse" --gateway openrouter`);
  });

  it('names everybody whom the sandbox plays in its help, and refuses others', async () => {
    const { stdout } = await world().pixtab('sandbox', '--help');
    for (const { name } of GUISES) expect(stdout).toContain(name);
    const { code, stderr } = await serving(['--as', 'portkey'], async () => {});
    expect(code).toBe(2);
    expect(stderr).toContain('--as: the sandbox does not play "portkey".');
  });

  it('prints one document with --json', async () => {
    const { stdout } = await serving(['--json', '--seed', '4'], async () => {});
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pixtab.sandbox/1',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      seed: 4,
      error: null,
    });
  });

  it.each([
    [['--fault', 'reset-aftre'], 'did you mean "reset-after"?'],
    [['--port', '70000'], 'whole number from 0 to 65535'],
    [['--rpm', 'many'], 'whole number'],
  ])('refuses %o with "%s"', async (flags, message) => {
    const { code, stderr } = await serving(flags, async () => {});
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says that a port is taken', async () => {
    await using other = {
      ...(await startSandbox({ clock: testClock(), painter: testPainter })),
      [Symbol.asyncDispose]: () => other.close(),
    };
    const { code, stderr } = await serving(['--port', new URL(other.url).port], async () => {});
    expect(code).toBe(2);
    expect(stderr).toContain('is taken');
  });
});
