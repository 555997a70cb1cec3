import { JOB_NEEDS_MS } from '../../core/catalogue/input-limits.ts';
import { batchLine, type Job, type JobItem, type KeptInput, type RemoteFile } from '../../ports/index.ts';
import type { BatchContext } from './types.ts';

type UploadContext = Pick<BatchContext, 'batches' | 'books' | 'files' | 'leave' | 'onUpload' | 'stop'>;

/**
 * Brings everything to the API that a job is made of: its pictures, each once, and the file with the requests, which
 * refers to them. What is there and lives long enough is found; the rest is uploaded, the file of requests too when a
 * picture has another place now.
 */
export async function upload(job: Job, displayName: string, context: UploadContext): Promise<RemoteFile> {
  const { books, batches, files, leave, stop } = context;
  const { jobs } = books.ledger;
  // The job does not exist yet, so the first Ctrl-C ends the upload; files that arrived by then are found again.
  const options = { signal: AbortSignal.any([leave, stop]), lastsMs: JOB_NEEDS_MS };
  const uris = new Map<string, string>();
  for (const input of await jobs.inputs(job.jobId)) {
    const { uri } = await files.upload(fileOf(input), {
      ...options,
      onSend: () => tell(input),
      onWait: (arrived) => tell(input, arrived),
    });
    uris.set(input.sha256, uri);
  }
  const items = await jobs.items(job.jobId);
  const encoder = new TextEncoder();
  function lineOf({ attempt, request }: JobItem): Uint8Array {
    if (request === null)
      throw new TypeError(`request ${attempt.attemptId} of a job under way was forgotten`);
    return encoder.encode(batchLine(attempt.attemptId, batches.placed(request, uris)));
  }
  const file = {
    displayName,
    mimeType: 'application/jsonl',
    bytes: items.reduce((sum, item) => sum + lineOf(item).byteLength, 0),
    async *read() {
      for (const item of items) yield lineOf(item);
    },
  };
  return files.upload(file, {
    ...options,
    onWait: (arrived) => tell({ name: 'the requests', bytes: file.bytes }, arrived),
  });

  function fileOf({ name, mimeType, sha256, bytes }: KeptInput) {
    return {
      displayName: name,
      mimeType,
      sha256,
      bytes,
      async *read() {
        // Uploads take long, and a process that works on a job has to show that it is alive.
        await jobs.take(job.jobId);
        yield await jobs.input(sha256);
      },
    };
  }

  function tell({ name, bytes }: Pick<KeptInput, 'name' | 'bytes'>, arrived?: number): void {
    context.onUpload({ name, bytes, isNew: true, ...(arrived !== undefined && { arrived }) });
  }
}
