export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** A request as an engine carries it. */
export interface Carried extends Outgoing {
  /** Ends the exchange, however far it came. */
  readonly signal: AbortSignal;
  /** Called once a connection stands, right before the first byte is written. */
  readonly onWrite: () => void;
  /** The body is read as fast as it comes, and never made to wait. */
  readonly whole: boolean;
}

/** The head of an answer, and its body, unpacked, as it comes. Reading throws where it breaks off. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What carries requests to an address. It follows no redirect, and waits for an answer as long as it takes. */
export interface Engine {
  send(request: Carried): Promise<Answer>;
  /** Ends its connections, finished or not. */
  destroy(): Promise<void>;
}
