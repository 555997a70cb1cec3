/** How a sandbox is to behave; a fault that is left out does not happen. */
export interface SandboxWishes {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Whom it plays: "google", "openrouter". Failure `usage` lists whom it can play. */
  readonly as?: string;
  /** The same seed and the same requests give the same answers. */
  readonly seed?: number;
  readonly latencyMs?: number;
  /** "429x2,reset-after,ok": what goes wrong, in order. A RangeError names an entry that makes no sense. */
  readonly faults?: string;
  /** Requests per minute and per day, for each model. */
  readonly rpm?: number;
  readonly rpd?: number;
  /** How long a batch job takes, how many there may be at a time, and how many tokens of one model in them. */
  readonly batchMs?: number;
  readonly batchJobs?: number;
  readonly batchTokens?: number;
  /** Imagen 4 answers as it does since its end. */
  readonly retired?: boolean;
  /** The process lives for as long as the sandbox serves; without it, a process ends that nobody closed it in. */
  readonly holds?: boolean;
  /** Is called with one line for every request. */
  readonly onRequest?: (line: string) => void;
}

export interface RunningSandbox {
  /** Where the API is; the sandbox's own endpoints are below /sandbox of its host. */
  readonly url: string;
  close(): Promise<void>;
}
