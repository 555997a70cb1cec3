import { describe, expect, it } from 'vitest';
import { googleClient } from '../../../src/adapters/google/client.ts';
import { outcomeOfJobs } from '../../../src/purchase/batch/outcome.ts';
import { sum, toDecimal } from '../../../src/core/pricing/money.ts';
import type { SpendSlice } from '../../../src/core/pricing/spend.ts';
import { waitFor } from '../../../src/purchase/batch/wait.ts';
import type { Painter } from '../../../src/sandbox/placeholders.ts';
import { running, testClock } from '../../sandbox/support.ts';
import { fakePicture } from '../../support/fakes/pictures.ts';
import { scene } from '../../support/jobs.ts';
import { SANDBOX } from '../../../src/core/providers/sandbox.ts';
import { providerAt } from '../../support/provider.ts';

const painter: Painter = {
  paint: async ({ prompt, width, height, variant }) =>
    fakePicture('jpeg', width, height, `${prompt} ${variant}`),
};

interface Line {
  readonly key: string;
  readonly response: object;
}

async function* inPieces(text: string) {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 1000) yield bytes.subarray(from, from + 1000);
}

async function textOf(file: AsyncIterable<Uint8Array> | null): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of file ?? []) all.push(chunk);
  return Buffer.concat(all).toString();
}

/** Three requests through the sandbox, whose file of results comes out changed; null makes it vanish. */
async function fetched(change: (lines: readonly Line[]) => string | null, faults = '') {
  const clock = testClock();
  await using sandbox = await running({ clock, painter, faults });
  const provider = providerAt(sandbox.url, 'AIza-test-key', SANDBOX);
  const files = googleClient(provider, { clock }).files;
  const here = scene();
  const machine = here.machine('one', {
    clock,
    baseUrl: sandbox.url,
    api: googleClient(provider, { clock }).images,
    batches: googleClient(provider, { clock }).batches,
    files: {
      ...files,
      async download(name, signal) {
        const file = await files.download(name, signal);
        if (file === null) return null;
        const text = await textOf(file);
        const changed = change(
          text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Line),
        );
        return changed === null ? null : inPieces(changed);
      },
    },
  });
  const { world, ledger } = machine;
  const jobs = await here.submitted(machine, 3);
  const ids = jobs.map(({ jobId }) => jobId);
  const waited = () => waitFor(ids, { until: clock.now() + 3_600_000, onLook: async () => {} }, world);
  let advanced = await waited();
  const held = (await ledger.jobs.list('open')).reduce((sum, { items }) => sum + items.open, 0);
  if (held > 0) {
    clock.advance(2 * 86_400_000);
    advanced = await waited();
  }
  const [job] = await ledger.jobs.list('all');
  const slices = await ledger.spending({ by: 'model', since: null, until: null });
  const count = (of: (slice: SpendSlice) => number): number =>
    slices.reduce((all, slice) => all + of(slice), 0);
  return {
    meter: sandbox.meter(),
    spent: {
      settled: toDecimal(sum(slices.map(({ settled }) => settled))),
      requests: count(({ requests }) => requests),
      unconfirmedRequests: count(({ unconfirmedRequests }) => unconfirmedRequests),
    },
    /** Requests that stayed held when the time for waiting was up. */
    held,
    items: job?.items,
    files: here.pictureFiles.files.size,
    outcome: outcomeOfJobs(advanced, job ? [job] : []),
    contradictions: await ledger.contradictions(),
  };
}

const json = (line: object): string => JSON.stringify(line);
const plain = (lines: readonly Line[]): string => lines.map(json).join('\n');

describe('a file of results', () => {
  it.each<[string, (lines: readonly Line[]) => string]>([
    ['as the sandbox writes it', (lines) => `${plain(lines)}\n`],
    ['with the key first', (lines) => lines.map(({ key, ...rest }) => json({ key, ...rest })).join('\n')],
    [
      'with fields that nobody knows',
      (lines) => lines.map((line) => json({ a: [{ key: 'x' }], ...line, z: null })).join('\n'),
    ],
    ['with line breaks of Windows', (lines) => `${lines.map(json).join('\r\n')}\r\n`],
    ['with empty lines in it', (lines) => `\n\n${lines.map(json).join('\n \n')}\n\n`],
    [
      'with spaces everywhere',
      (lines) =>
        lines.map((line) => `  ${JSON.stringify(line, null, '\t').replaceAll('\n', ' ')}  `).join('\n'),
    ],
    ['with every line twice', (lines) => `${plain(lines)}\n${plain(lines)}\n`],
    [
      'with the key twice in a line',
      (lines) => lines.map((line) => json(line).replace('{', '{"key":"other",')).join('\n'),
    ],
    [
      'with lines of others among it',
      (lines) => `${json({ key: 'stranger', response: {} })}\n${plain(lines)}\nnot json\n`,
    ],
    [
      'with a line of 30 MB',
      ([first, ...rest]) =>
        plain([{ ...first, padding: 'A'.repeat(30 * 1024 * 1024) } as unknown as Line, ...rest]),
    ],
    [
      'with the key inside the metadata',
      (lines) => lines.map(({ key, response }) => json({ response, metadata: { key } })).join('\n'),
    ],
  ])('%s is booked as the sandbox counts it, to the last digit', async (_, change) => {
    const { meter, spent, items, files, outcome, contradictions } = await fetched(change);
    expect(outcome).toMatchObject({ outcome: 'ok', exitCode: 0 });
    expect(items).toEqual({ open: 0, saved: 3, refused: 0, failed: 0, unconfirmed: 0 });
    expect(files).toBe(3);
    expect(spent).toEqual({ settled: meter.total, requests: 3, unconfirmedRequests: 0 });
    expect(contradictions).toEqual([]);
  });

  it.each<[string, (lines: readonly Line[]) => string | null, number, number, number?]>([
    [
      'with errors that contradict the counts',
      (lines) => lines.map(({ key }) => json({ key, error: { code: 1 } })).join('\n'),
      0,
      8,
    ],
    ['that lacks a line', (lines) => plain(lines.slice(1)), 2, 6],
    ['that breaks off in its last line', (lines) => plain(lines).slice(0, -40), 2, 6],
    ['with a line that is no JSON', ([, ...lines]) => `<html>\n${plain(lines)}`, 2, 6],
    [
      'with a line without its key',
      ([first, ...lines]) => plain([{ response: first?.response } as Line, ...lines]),
      2,
      6,
    ],
    [
      'with an answer that makes no sense',
      ([first, ...lines]) => plain([{ key: first?.key ?? '', response: { odd: 1 } }, ...lines]),
      2,
      6,
      1,
    ],
    ['that is empty', () => '', 0, 8],
    ['that vanished', () => null, 0, 8],
  ])('%s leaves nothing uncounted that was charged', async (_, change, saved, exitCode, unread) => {
    const { meter, spent, held, items, files, outcome, contradictions } = await fetched(change);
    expect(held).toBe(3 - saved - (unread ?? 0));
    expect(outcome).toMatchObject({ exitCode, failure: { charged: 'unknown' } });
    expect(outcome.failure?.message).toMatch(new RegExp(`^${saved} of 3 images on disk`));
    expect(items).toEqual({ open: 0, saved, refused: 0, failed: 0, unconfirmed: 3 - saved });
    expect(files).toBe(saved);
    expect(spent).toMatchObject({ requests: saved, unconfirmedRequests: meter.charged - saved });
    expect(contradictions).toEqual([]);
  });
});

describe('errors in the place of answers', () => {
  it.each([
    ['batch-failed', { failed: 3 }, 10, /Internal error/],
    ['batch-expired', { failed: 3 }, 10, /expired before it could be completed/],
    ['batch-item-errors', { saved: 2, failed: 1 }, 6, /^2 of 3 images on disk/],
    ['batch:IMAGE_SAFETY', { refused: 3 }, 5, /^0 of 3 images on disk/],
  ])('%s: %j, exit %i', async (fault, counts, exitCode, message) => {
    const { meter, spent, items, outcome } = await fetched(plain, fault);
    expect(items).toMatchObject({ open: 0, unconfirmed: 0, ...counts });
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.failure?.message).toMatch(message);
    expect(spent.settled).toBe(meter.total);
  });
});
