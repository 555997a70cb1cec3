/** A file at the Files API, which keeps it for two days. */
export interface RemoteFile {
  /** "files/abc" */
  readonly name: string;
  /** What a request says to show it to a model. */
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
  /** Hexadecimal, where it is known: what is there already need not be read. */
  readonly sha256?: string | undefined;
  /** From the start, as often as it is asked for. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** How long it must go on living: one with less left is uploaded anew, beside itself. */
  readonly lastsMs: number;
  /** Runs when it is not there yet, before its first byte leaves. */
  readonly onSend?: (() => void) | undefined;
}

/** Files at the API. Nothing here is charged, so whatever may work at another try is tried again. */
export interface FileStore {
  /** Finds the same bytes there, uploaded under the same key by whichever process, or uploads them in pieces. */
  upload(file: NewFile, options: UploadOptions): Promise<RemoteFile>;
  /** null when there is none, or none any more. */
  get(name: string, signal: AbortSignal): Promise<RemoteFile | null>;
  /** Nothing happens when it is gone already. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Piece by piece, taken up again where it broke off; null when there is none, or none any more. */
  download(name: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
}
