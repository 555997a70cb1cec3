import { createHash } from 'node:crypto';

/** What a file holds: bytes that were uploaded, or lines that are made whenever it is read. */
export interface Content {
  size(): Promise<number>;
  sha256(): Promise<string>;
  read(): AsyncIterable<Uint8Array>;
}

/** The lines of a file, made whenever they are read. */
export type Lines = () => AsyncIterable<Uint8Array>;

/** Lines are measured when somebody asks, and once. */
export function linesContent(read: Lines): Content {
  let measured: Promise<{ size: number; sha256: string }> | null = null;

  async function measure(): Promise<{ size: number; sha256: string }> {
    const sha256 = createHash('sha256');
    let size = 0;
    for await (const line of read()) {
      sha256.update(line);
      size += line.length;
    }
    return { size, sha256: sha256.digest('hex') };
  }

  const once = (): Promise<{ size: number; sha256: string }> => (measured ??= measure());
  return { read, size: async () => (await once()).size, sha256: async () => (await once()).sha256 };
}

export const uploadedContent = (bytes: Buffer): Content => ({
  size: async () => bytes.length,
  sha256: async () => createHash('sha256').update(bytes).digest('hex'),
  async *read() {
    yield bytes;
  },
});
