import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '../../../src/adapters/clock.ts';
import { thisProcess } from '../../../src/adapters/ledger/owner.ts';
import { sqliteLedger } from '../../support/sqlite.ts';
import { run } from '../../../src/cli.ts';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import type { Size } from '../../../src/core/catalogue/model.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { termsOf } from '../../../src/core/pricing/quoted-terms.ts';
import { dayOf } from '../../../src/core/policy/calendar.ts';
import type { Deps } from '../../../src/ports/index.ts';
import { seededRandom, type Random } from '../../../src/sandbox/random.ts';
import { startSandbox, type Sandbox } from '../../../src/sandbox/server.ts';
import { wired } from '../../../src/wiring.ts';
import { fakePicture, fakePictures } from '../../support/fakes/pictures.ts';
import { fakeTerminal } from '../../support/fakes/terminal.ts';
import { tempDir } from '../../support/tempdir.ts';
import { testClock } from '../../sandbox/support.ts';
import { anOrder } from '../../support/pricing.ts';

/** pixtab over all that it has but pixels, against one sandbox, in a time of its own. */
export interface Shop extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof testClock>;
  readonly dir: string;
  pixtab(...argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** A process that is killed while its request is under way; whether the API had done the work by then. */
  killed(model: string, size: Size, charged: boolean): Promise<string>;
  /** Downloads an invoice of the sandbox into a file. */
  invoice(name: string, query?: string): Promise<string>;
}

export async function shop(seed = 1): Promise<Shop> {
  const root = await tempDir();
  const clock = testClock(Date.UTC(2026, 9, 3, 20));
  const painter = {
    paint: async ({
      width,
      height,
      mimeType,
      variant,
    }: {
      width: number;
      height: number;
      mimeType: string;
      variant: number;
    }) => Buffer.from(fakePicture(mimeType === 'image/png' ? 'png' : 'jpeg', width, height, String(variant))),
  };
  const sandbox = await startSandbox({ clock, painter, seed, batchMs: 1000 });
  const env = { PIXTAB_HOME: root.at('home'), PIXTAB_SANDBOX: '1', PIXTAB_BASE_URL: sandbox.url };
  const never = new AbortController().signal;
  let processes = 0;

  function deps(): Deps {
    processes += 1;
    const owner = { ...thisProcess(), startedAt: `process ${processes}` };
    return {
      ...wired({
        version: '0.0.0',
        node: '>=20',
        clock: { ...systemClock(), now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal) },
        cwd: root.path,
        env,
        owner,
        console: { stdin: Readable.from([]), stdout: process.stdout, stderr: process.stderr, env },
        stop: never,
        leave: never,
      }),
      pictures: async () => fakePictures(),
    };
  }

  async function killed(id: string, size: Size, charged: boolean): Promise<string> {
    const model = MODELS.find((each) => each.id === id);
    if (model === undefined) throw new Error(`no model ${id}`);
    const priced = quote(anOrder(model, { size }), dayOf(clock.now()));
    processes += 1;
    const attemptId = `killed-${processes}`;
    const ledger = sqliteLedger(join(root.at('home'), 'state', 'sandbox', 'ledger.db'), {
      clock,
      owner: { ...thisProcess(), startedAt: `process ${processes}` },
      isAlive: () => true,
      hasAnswer: () => false,
    });
    const { low, expected, high } = priced;
    await ledger.begin({ runId: attemptId, command: 'generate', at: clock.now(), project: null, labels: [] });
    await ledger.hold([
      {
        attemptId,
        runId: attemptId,
        model: id,
        wire: model.wire,
        lane: 'now',
        size,
        aspect: null,
        images: 1,
        prompt: 'a harbour',
        low,
        expected,
        high,
        terms: termsOf(model, priced),
        save: {
          paths: ['x'],
          cwd: root.path,
          format: null,
          quality: null,
          replace: false,
        },
      },
    ]);
    await ledger.sending(attemptId);
    await ledger.close();
    if (charged) {
      const sized = Object.keys(model.resolutions).length > 1 ? { imageConfig: { imageSize: size } } : {};
      await fetch(`${sandbox.url}/v1beta/models/${id}:generateContent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': 'key' },
        body: JSON.stringify({
          contents: [{ role: 'user', parts: [{ text: 'a harbour' }] }],
          generationConfig: { responseModalities: ['IMAGE'], ...sized },
        }),
      });
    }
    return attemptId;
  }

  return {
    sandbox,
    clock,
    dir: root.path,
    killed,
    async pixtab(...argv) {
      const terminal = fakeTerminal();
      const code = await run(argv, { ...deps(), terminal: (options) => terminal.with(options) });
      return { code, stdout: terminal.stdout.join('\n'), stderr: terminal.stderr.join('\n') };
    },
    async invoice(name, query = '') {
      // As the console names what it lets one download.
      const path = join(root.path, `My Account_Reports, 2026-10-03 — 2026-10-17 ${name}`);
      const shape = name.endsWith('.csv') ? 'csv' : 'jsonl';
      const response = await fetch(`${sandbox.url}/sandbox/invoice.${shape}?${query}`);
      if (!response.ok) throw new Error(await response.text());
      await writeFile(path, await response.text());
      return path;
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await root[Symbol.asyncDispose]();
    },
  };
}

/** Ways to buy: every model and lane that the sandbox sells. */
const WAYS: readonly (readonly string[])[] = [
  ['-m', 'nano-banana-2.1'],
  ['-m', 'nano-banana-2.1', '-s', '4K'],
  ['-m', 'nano-banana-2-lite'],
  ['-m', 'nano-banana-pro'],
  ['-m', 'nano-banana-pro', '-s', '4K'],
  ['-m', 'nano-banana-pro', '--lane', 'flex'],
  ['-m', 'nano-banana-pro', '--lane', 'batch'],
  ['-m', 'nano-banana-2', '-s', '2K'],
  ['-m', 'nano-banana-2-lite', '--lane', 'batch'],
  ['-m', 'gemini-2.5-flash-image', '--allow-retired'],
  ['-m', 'gemini-2.5-flash-image', '--lane', 'priority'],
  ['-m', 'imagen-4-fast', '--allow-retired'],
];

export interface Bought {
  /** Of unknown outcome, and whether they were charged. */
  readonly lost: readonly { readonly attemptId: string; readonly charged: boolean }[];
  readonly drafts: number;
  readonly refusals: number;
}

/** So many purchases over some days, with what goes wrong. */
export async function buyFor(shop: Shop, count: number, seed: number, days = 12): Promise<Bought> {
  const random: Random = seededRandom(seed, 'shop');
  const lost: { attemptId: string; charged: boolean }[] = [];
  let drafts = 0;
  let refusals = 0;
  for (let index = 0; index < count; index += 1) {
    shop.clock.advance(Math.floor((days * 86_400_000) / count));
    const chance = random.between(0, 1);
    const way = random.pick([WAYS[0] ?? [], ...WAYS.slice(1)]);
    if (chance < 0.03) {
      const charged = random.happens(0.5);
      lost.push({ attemptId: await shop.killed('gemini-3-pro-image', '1K', charged), charged });
      continue;
    }
    const fault =
      chance < 0.06
        ? 'reset-after'
        : chance < 0.12
          ? 'IMAGE_SAFETY'
          : chance < 0.16
            ? 'drafts=2'
            : chance < 0.2
              ? 'no-usage'
              : '';
    const isNow = !way.includes('--lane') && !way.includes('imagen-4-fast');
    if (isNow) shop.sandbox.control.setFaults(fault);
    if (isNow && fault === 'drafts=2') drafts += 1;
    if (isNow && fault === 'IMAGE_SAFETY') refusals += 1;
    const name = String(index).padStart(5, '0');
    await shop.pixtab(
      'generate',
      `harbour ${index}`,
      ...way,
      '-o',
      join(shop.dir, `${name}.jpg`),
      '--refusal-retries',
      '0',
      '--yes',
    );
    shop.sandbox.control.setFaults('');
    if (way.includes('batch')) {
      shop.clock.advance(2000);
      await shop.pixtab('batch', 'fetch');
    }
  }
  return { lost, drafts, refusals };
}
