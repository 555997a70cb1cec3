/** A file at the Files API, which keeps it for two days. */
export interface RemoteFile {
  /** "files/abc" */
  readonly name: string;
  /** A request shows the file to a model by this address. */
  readonly uri: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** Milliseconds since 1970; null where the API does not say. */
  readonly expiresAt: number | null;
}

export interface NewFile {
  readonly displayName: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** Its hash in hexadecimal digits, where it is known: a file that is there already need not be read then. */
  readonly sha256?: string | undefined;
  /** Reads the file from its start, as often as it is called. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** How long the file must live from now: one with less time left is uploaded once more, under another name. */
  readonly lastsMs: number;
  /** Runs before the first byte leaves, and only when the file is not there yet. */
  readonly onSend?: (() => void) | undefined;
  /** The longest that the API may take to take in what arrived, in milliseconds; ten minutes where it is left out. */
  readonly timeoutMs?: number | undefined;
  /** Runs every ten seconds while it lasts, with the bytes that arrived; all of them while they are taken in. */
  readonly onWait?: ((arrived: number) => void) | undefined;
}

/** Files at the API. Nothing here is charged, so every call is repeated that may still work. */
export interface FileStore {
  /** Finds the same bytes there, uploaded under the same key by whichever process, or uploads them in pieces. */
  upload(file: NewFile, options: UploadOptions): Promise<RemoteFile>;
  /** null when there is no such file, or it is gone. */
  get(name: string, signal: AbortSignal): Promise<RemoteFile | null>;
  /** Nothing happens when it is gone already. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Reads it piece by piece and resumes where it broke off; null when there is no such file, or it is gone. */
  download(name: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
}
