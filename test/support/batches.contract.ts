import { describe, expect, it } from 'vitest';
import { batchLine } from '../../src/ports/index.ts';
import type { BatchApi, BatchResult, FileStore, NewFile } from '../../src/ports/index.ts';
import { anOrder, aPicture } from './pricing.ts';

export interface BatchSubject extends AsyncDisposable {
  readonly files: FileStore;
  readonly batches: BatchApi;
  /** Lets every job run to its end. */
  end(): void;
  /** Lets time pass, here and there. */
  later(ms: number): void;
}

const LITE = 'gemini-3.1-flash-lite-image';
const signal = new AbortController().signal;

async function* nothing() {}

/** How long a file must live, unless a test says otherwise. */
export const HOUR = 3_600_000;
const asked = { signal, lastsMs: HOUR };

export function aFile(text: string, facts: Partial<NewFile> = {}): NewFile {
  const bytes = Buffer.from(text);
  const read = async function* () {
    yield bytes;
  };
  return {
    displayName: 'a-file.jsonl',
    mimeType: 'application/jsonl',
    bytes: bytes.byteLength,
    read,
    ...facts,
  };
}

/** What every Files and Batch API keeps to, the fake ones included. */
export function batchesContract(name: string, open: () => Promise<BatchSubject>): void {
  const composed = async ({ batches }: Pick<BatchSubject, 'batches'>, prompt: string): Promise<string> =>
    (await batches.compose(anOrder(LITE, { prompt, lane: 'batch' }))).request;

  /** A job of these prompts, keyed k1, k2 … */
  async function job({ files, batches }: BatchSubject, ...prompts: readonly string[]) {
    const lines = await Promise.all(
      prompts.map(async (prompt, index) => batchLine(`k${index + 1}`, await composed({ batches }, prompt))),
    );
    const file = await files.upload(aFile(lines.join('')), asked);
    return batches.create({ model: LITE, displayName: 'job-1', file: file.name }, signal);
  }

  describe(`${name}, as Files and Batch API`, () => {
    it('uploads the same bytes once, and says so', async () => {
      await using subject = await open();
      const { files } = subject;
      let sent = 0;
      const counted = { ...asked, onSend: () => void (sent += 1) };
      const uploaded = await files.upload(aFile('one\ntwo\n'), counted);
      expect(uploaded).toMatchObject({ bytes: 8, mimeType: 'application/jsonl' });
      expect(await files.get(uploaded.name, signal)).toEqual(uploaded);
      expect(await files.upload(aFile('one\ntwo\n'), counted)).toEqual(uploaded);
      expect(sent).toBe(1);
      const other = await files.upload(aFile('one\nsix\n'), counted);
      expect(other.name).not.toBe(uploaded.name);
      expect(sent).toBe(2);
    });

    it('uploads anew what would not live long enough, beside what is there', async () => {
      await using subject = await open();
      const { files } = subject;
      const first = await files.upload(aFile('one'), asked);
      subject.later(30 * HOUR);
      expect(await files.upload(aFile('one'), asked)).toEqual(first);
      const second = await files.upload(aFile('one'), { signal, lastsMs: 36 * HOUR });
      expect(second.name).not.toBe(first.name);
      expect(second.expiresAt).toBeGreaterThan((first.expiresAt ?? 0) + 29 * HOUR);
      expect(await files.get(first.name, signal)).toEqual(first);
      expect(await files.upload(aFile('one'), asked)).toEqual(second);
      subject.later(19 * HOUR);
      expect(await files.get(first.name, signal)).toBeNull();
      expect(await files.upload(aFile('one'), asked)).toEqual(second);
      subject.later(27.5 * HOUR);
      expect(await files.upload(aFile('one'), asked)).toEqual(second);
      subject.later(HOUR);
      expect((await files.upload(aFile('one'), asked)).name).not.toBe(second.name);
    });

    it('knows to the minute how long a file still lives', async () => {
      await using subject = await open();
      const { files } = subject;
      const long = { signal, lastsMs: 36 * HOUR };
      const first = await files.upload(aFile('one'), long);
      subject.later(11.9 * HOUR);
      expect(await files.upload(aFile('one'), long)).toEqual(first);
      subject.later(0.2 * HOUR);
      expect((await files.upload(aFile('one'), long)).name).not.toBe(first.name);
    });

    it('knows of no file that was never there, or is removed', async () => {
      await using subject = await open();
      const { files } = subject;
      expect(await files.get('files/nothing', signal)).toBeNull();
      const { name } = await files.upload(aFile('one'), asked);
      await files.remove(name, signal);
      await files.remove(name, signal);
      expect(await files.get(name, signal)).toBeNull();
      const again = await files.upload(aFile('one'), asked);
      expect(await files.get(again.name, signal)).toEqual(again);
    });

    it('makes a job that is found by its display name', async () => {
      await using subject = await open();
      const made = await job(subject, 'a cat', 'a dog');
      expect(made).toMatchObject({
        displayName: 'job-1',
        state: 'pending',
        counts: { total: 2 },
        resultsFile: null,
      });
      expect(await subject.batches.find('job-1', signal)).toMatchObject([{ name: made.name }]);
      expect(await subject.batches.find('job-2', signal)).toEqual([]);
      expect(await subject.batches.get('batches/nothing', signal)).toBeNull();
    });

    it('refers to each picture by its hash until it has a place', async () => {
      await using subject = await open();
      const { batches } = subject;
      const other = { ...aPicture, bytes: new Uint8Array([2]) };
      const prompt = '"fileUri":"pixtab-input:0"';
      const inputs = [aPicture, other];
      const { request, inputs: kept } = await batches.compose(
        anOrder(LITE, { prompt, inputs, lane: 'batch' }),
      );
      expect(kept.map(({ name, bytes }) => [name, bytes])).toEqual(
        inputs.map(({ name, bytes }) => [name, bytes]),
      );
      const hashes = kept.map(({ sha256 }) => sha256);
      expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash) && request.includes(hash))).toBe(true);
      const places = new Map(hashes.map((hash, index) => [hash, `https://google.example/files/${index}`]));
      const placed = batches.placed(request, places);
      expect(JSON.parse(placed)).toMatchObject({
        contents: [
          {
            parts: [
              { text: prompt },
              { fileData: { mimeType: 'image/png', fileUri: 'https://google.example/files/0' } },
              { fileData: { mimeType: 'image/png', fileUri: 'https://google.example/files/1' } },
            ],
          },
        ],
      });
    });

    it('brings an answer for every key', async () => {
      await using subject = await open();
      const { files, batches } = subject;
      const made = await job(subject, 'a cat', 'a dog', 'a fox');
      subject.end();
      const ended = await batches.get(made.name, signal);
      expect(ended).toMatchObject({ state: 'succeeded', counts: { total: 3, succeeded: 3, failed: 0 } });
      const results: BatchResult[] = [];
      const file = await files.download(ended?.resultsFile ?? '', signal);
      for await (const result of batches.results(file ?? nothing())) results.push(result);
      expect(new Set(results.map(({ key }) => key))).toEqual(new Set(['k1', 'k2', 'k3']));
      for (const { answer } of results)
        expect(JSON.parse(Buffer.from(answer ?? []).toString())).toHaveProperty('candidates');
    });

    it('ends a job without results when it is cancelled in time', async () => {
      await using subject = await open();
      const made = await job(subject, 'a cat');
      expect(await subject.batches.cancel(made.name, signal)).toBe(true);
      subject.end();
      expect(await subject.batches.get(made.name, signal)).toMatchObject({
        state: 'cancelled',
        resultsFile: null,
        why: expect.stringContaining('cancelled'),
      });
    });

    it('cannot cancel a job that it does not know', async () => {
      await using subject = await open();
      expect(await subject.batches.cancel('batches/nothing', signal)).toBe(false);
    });

    it('says that a file of results is gone', async () => {
      await using subject = await open();
      expect(await subject.files.download('files/batch-nothing', signal)).toBeNull();
    });
  });
}
