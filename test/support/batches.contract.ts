import { describe, expect, it } from 'vitest';
import { batchLine } from '../../src/ports.ts';
import type { BatchApi, BatchResult, FileStore, NewFile } from '../../src/ports.ts';
import { anOrder } from './pricing.ts';

export interface BatchSubject extends AsyncDisposable {
  readonly files: FileStore;
  readonly batches: BatchApi;
  /** Lets every job run to its end. */
  end(): void;
}

const LITE = 'gemini-3.1-flash-lite-image';
const signal = new AbortController().signal;

async function* nothing() {}

export function aFile(id: string, text: string): NewFile {
  const bytes = Buffer.from(text);
  const read = async function* () {
    yield bytes;
  };
  return { id, displayName: `${id}.jsonl`, mimeType: 'application/jsonl', bytes: bytes.byteLength, read };
}

/** What every Files and Batch API keeps to, the fake ones included. */
export function batchesContract(name: string, open: () => Promise<BatchSubject>): void {
  /** A job of these prompts, keyed k1, k2 … */
  async function job({ files, batches }: BatchSubject, ...prompts: readonly string[]) {
    const lines = await Promise.all(
      prompts.map(async (prompt, index) =>
        batchLine(`k${index + 1}`, await batches.compose(anOrder(LITE, { prompt, lane: 'batch' }))),
      ),
    );
    const file = await files.upload(aFile('input-1', lines.join('')), signal);
    return batches.create({ model: LITE, displayName: 'job-1', file: file.name }, signal);
  }

  describe(`${name}, as Files and Batch API`, () => {
    it('keeps a file under the name that was chosen for it', async () => {
      await using subject = await open();
      const { files } = subject;
      const uploaded = await files.upload(aFile('a-file', 'one\ntwo\n'), signal);
      expect(uploaded).toMatchObject({ name: 'files/a-file', bytes: 8, mimeType: 'application/jsonl' });
      expect(await files.get('files/a-file', signal)).toEqual(uploaded);
      expect(await files.upload(aFile('a-file', 'one\ntwo\n'), signal)).toEqual(uploaded);
    });

    it('knows of no file that was never there, or is removed', async () => {
      await using subject = await open();
      const { files } = subject;
      expect(await files.get('files/nothing', signal)).toBeNull();
      await files.upload(aFile('a-file', 'one'), signal);
      await files.remove('files/a-file', signal);
      await files.remove('files/a-file', signal);
      expect(await files.get('files/a-file', signal)).toBeNull();
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
      expect(await subject.batches.find('job-1', signal)).toMatchObject({ name: made.name });
      expect(await subject.batches.find('job-2', signal)).toBeNull();
      expect(await subject.batches.get('batches/nothing', signal)).toBeNull();
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
      await subject.batches.cancel(made.name, signal);
      subject.end();
      expect(await subject.batches.get(made.name, signal)).toMatchObject({
        state: 'cancelled',
        resultsFile: null,
        why: expect.stringContaining('cancelled'),
      });
    });

    it('says that a file of results is gone', async () => {
      await using subject = await open();
      expect(await subject.files.download('files/batch-nothing', signal)).toBeNull();
    });
  });
}
