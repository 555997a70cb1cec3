import { createHash } from 'node:crypto';
import { resultsIn } from '../../../src/adapters/google/batches.ts';
import { FILE_KEPT_MS } from '../../../src/core/catalogue/input-limits.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { Order } from '../../../src/core/order/order.ts';
import type {
  BatchApi,
  BatchState,
  Clock,
  FileStore,
  RemoteBatch,
  RemoteFile,
} from '../../../src/ports/index.ts';
import { candidate, imagePart } from '../answers.ts';
import { fakeClock } from './clock.ts';
import { fakePicture } from './pictures.ts';

/**
 * What becomes of the next `create`: the job is made and the answer lost, nothing is made, it is not taken now, or it is
 * refused, or its model is.
 */
export type CreateTwist = 'lost' | 'unheard' | 'busy' | 'refused' | 'gone';

export interface FakeBatches {
  readonly files: FileStore;
  readonly batches: BatchApi;
  readonly jobs: Map<string, FakeJob>;
  /** By name. */
  readonly stored: Map<string, StoredFile>;
  /** Display names of what was really sent, in order. */
  readonly uploads: readonly string[];
  /** What the next upload fails with. */
  refuseUpload(failure: Failure): void;
  /** Jobs that were made, by display name: each one costs. */
  readonly created: readonly string[];
  twist(...twists: readonly CreateTwist[]): void;
  /** What stands in the line of a key instead of a picture: an answer or an error. */
  readonly outcomes: Map<string, object>;
  /** Every job that runs ends so. */
  end(state?: BatchState, facts?: Partial<RemoteBatch>): void;
  /** From now on, jobs end before they are first asked for. */
  endsAtOnce(): void;
  /** The next download breaks off after this many lines. */
  breakAfter(lines: number | null): void;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface StoredFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly sha256: string;
  readonly expiresAt: number;
}

interface FakeJob {
  remote: RemoteBatch;
  readonly keys: string[];
}

/** The Files and the Batch API in memory. Jobs run until a test ends them. */
export function fakeBatches(clock: Pick<Clock, 'now'> = fakeClock()): FakeBatches {
  const stored = new Map<string, StoredFile>();
  const uploads: string[] = [];
  const refusals: Failure[] = [];
  const jobs = new Map<string, FakeJob>();
  const created: string[] = [];
  const twists: CreateTwist[] = [];
  const outcomes = new Map<string, object>();
  let breakAt: number | null = null;
  let atOnce = false;

  const shown = (name: string): RemoteFile | null => {
    const file = stored.get(name);
    if (!file || file.expiresAt <= clock.now()) return null;
    const { bytes, mimeType, expiresAt } = file;
    return { name, uri: `https://google.example/${name}`, mimeType, bytes: bytes.byteLength, expiresAt };
  };

  const upload: FileStore['upload'] = async (
    { displayName, mimeType, read },
    { lastsMs, onSend, signal },
  ) => {
    if (signal.aborted) throw new Failure('cancelled', 'Cancelled.', { charged: 'no' });
    const refusal = refusals.shift();
    if (refusal) {
      // An answer takes its time: who shows the same picture meanwhile waits for the same upload.
      await new Promise(setImmediate);
      throw refusal;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of read()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const sha256 = hashOf(bytes);
    for (const [name, file] of [...stored].toReversed()) {
      const there = file.sha256 === sha256 ? shown(name) : null;
      if (there && file.expiresAt - clock.now() > lastsMs) return there;
    }
    onSend?.();
    uploads.push(displayName);
    const name = `files/f${uploads.length}-${sha256.slice(0, 16)}`;
    stored.set(name, { bytes, mimeType, sha256, expiresAt: clock.now() + FILE_KEPT_MS });
    const file = shown(name);
    if (!file) throw new Error('it was just stored');
    return file;
  };

  function lineOf(key: string): string {
    const outcome = outcomes.get(key) ?? {
      response: candidate([imagePart(fakePicture('jpeg', 1024, 1024, key), 'image/jpeg')]),
    };
    return `${JSON.stringify({ ...outcome, key })}\n`;
  }

  /** In an order of its own. */
  async function* linesOf(keys: readonly string[]) {
    for (const [index, key] of keys.toReversed().entries()) {
      if (index === breakAt) throw new Failure('unavailable', 'It broke off.', { charged: 'no' });
      yield Buffer.from(lineOf(key));
    }
  }

  function make(displayName: string, file: string): RemoteBatch {
    const name = `batches/b${jobs.size + 1}`;
    const keys = Buffer.from(stored.get(file)?.bytes ?? [])
      .toString()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key);
    const remote: RemoteBatch = {
      name,
      displayName,
      state: 'pending',
      counts: { total: keys.length, succeeded: 0, failed: 0 },
      resultsFile: null,
      results: [],
      endedAt: null,
      why: null,
    };
    jobs.set(name, { remote, keys });
    created.push(displayName);
    return remote;
  }

  function end(state: BatchState = 'succeeded', facts: Partial<RemoteBatch> = {}): void {
    for (const job of jobs.values()) {
      if (job.remote.state !== 'pending' && job.remote.state !== 'running') continue;
      const failed = job.keys.filter((key) => 'error' in (outcomes.get(key) ?? {})).length;
      const isGood = state === 'succeeded';
      job.remote = {
        ...job.remote,
        state,
        counts: {
          total: job.keys.length,
          succeeded: isGood ? job.keys.length - failed : 0,
          failed: isGood ? failed : job.keys.length,
        },
        resultsFile: isGood ? `files/batch-${job.remote.name.slice('batches/'.length)}` : null,
        ...facts,
      };
    }
  }

  return {
    jobs,
    stored,
    uploads,
    refuseUpload: (failure) => void refusals.push(failure),
    created,
    outcomes,
    twist: (...more) => void twists.push(...more),
    endsAtOnce() {
      atOnce = true;
    },
    breakAfter(lines) {
      breakAt = lines;
    },
    end,
    files: {
      upload,
      get: async (name) => shown(name),
      remove: async (name) => void stored.delete(name),
      async download(name) {
        const job = [...jobs.values()].find(({ remote }) => remote.resultsFile === name);
        return job ? linesOf(job.keys) : null;
      },
    },
    batches: {
      preview: async ({ model, prompt }) => ({
        method: 'POST',
        url: `https://google.example/v1beta/models/${model.id}:batchGenerateContent`,
        body: { prompt },
      }),
      async compose({ prompt, inputs }: Order) {
        const kept = inputs.map((picture) => ({ ...picture, sha256: hashOf(picture.bytes) }));
        const files = kept.map(({ sha256, mimeType }) => ({
          fileData: { mimeType, fileUri: `kept:${sha256}` },
        }));
        return {
          request: JSON.stringify({ contents: [{ parts: [{ text: prompt }, ...files] }] }),
          inputs: kept,
        };
      },
      placed: (request, uris) =>
        request.replaceAll(/"kept:(\w+)"/g, (_, sha256: string) => JSON.stringify(uris.get(sha256))),
      async create({ displayName, file }) {
        const twist = twists.shift();
        if (twist === 'busy')
          throw new Failure('rate-limited', 'Too much is queued.', { charged: 'no', repeat: true });
        if (twist === 'refused') throw new Failure('usage', 'Google did not accept it.', { charged: 'no' });
        if (twist === 'gone')
          throw new Failure('unavailable-model', 'Google has no such model.', { charged: 'no' });
        if (twist === 'unheard') throw new Failure('unconfirmed', 'The connection broke.');
        const job = make(displayName, file);
        if (twist === 'lost') throw new Failure('unconfirmed', 'The connection broke.');
        return job;
      },
      async get(name) {
        if (atOnce) end();
        return jobs.get(name)?.remote ?? null;
      },
      find: async (displayName) =>
        [...jobs.values()].map(({ remote }) => remote).filter((job) => job.displayName === displayName),
      async cancel(name) {
        const job = jobs.get(name);
        if (job?.remote.state === 'pending')
          job.remote = { ...job.remote, state: 'cancelled', why: 'The operation was cancelled.' };
        return job !== undefined;
      },
      results: (file) => resultsIn(file, { clean: (text) => text, scrub: (body) => body }),
    },
  };
}
