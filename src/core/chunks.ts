/** What a job may come to. */
export interface JobSize {
  readonly requests: number;
  readonly bytes: number;
  readonly tokens: number;
}

/** What one request adds to a job. */
export type RequestSize = Omit<JobSize, 'requests'>;

/** Requests in their order, in as few jobs as the limits allow. What is too large for any job has one of its own. */
export function chunks<T extends RequestSize>(
  requests: readonly T[],
  most: JobSize,
): readonly (readonly T[])[] {
  const jobs: T[][] = [];
  let room: JobSize = { requests: 0, bytes: 0, tokens: 0 };
  for (const request of requests) {
    const { bytes, tokens } = request;
    const fits = room.requests >= 1 && room.bytes >= bytes && room.tokens >= tokens;
    if (!fits) {
      jobs.push([]);
      room = most;
    }
    jobs.at(-1)?.push(request);
    room = {
      requests: room.requests - 1,
      bytes: room.bytes - bytes,
      tokens: room.tokens - tokens,
    };
  }
  return jobs;
}
