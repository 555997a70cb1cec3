/** An agent of undici, which the platform's fetch takes as `dispatcher`. */
export interface Agent {
  dispatch(options: object, handler: object): boolean;
  /** Ends its connections, finished or not. */
  destroy(): Promise<void>;
}

export type Dispatcher = Pick<Agent, 'dispatch'>;

/** What an engine tells a handler: a method's name, what it is given, and the call itself. */
type Around = (name: string | symbol, args: unknown[], call: () => unknown) => unknown;

/** The same object, each of whose methods is called by way of `around`. */
export const called = (target: object, around: Around): object =>
  new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown =>
        around(name, args, () => Reflect.apply(value, inner, args) as unknown);
    },
  });

// Called once a connection stands, right before the first byte is written: the older and the newer name.
const ABOUT_TO_WRITE = new Set<string | symbol>(['onConnect', 'onRequestStart']);

/** Passes everything on to `inner`, and tells when a request is about to be written. */
export function watched(inner: Dispatcher, onWrite: () => void): Dispatcher {
  return {
    dispatch(options, handler) {
      const telling = called(handler, (name, _, call) => {
        if (ABOUT_TO_WRITE.has(name)) onWrite();
        return call();
      });
      return inner.dispatch({ ...options, ...PATIENT, reset: costs(options) }, telling);
    },
  };
}

/** An image may take longer than the engine's own 300 seconds. */
const PATIENT = { headersTimeout: 0, bodyTimeout: 0 };

/**
 * A kept-alive connection that the server closes at the wrong moment would leave a purchase unconfirmed. What is only read
 * keeps its connection, since a long body may be read slowly: unpaused.ts says what comes of one that ends with it.
 */
const costs = (options: object): boolean => Reflect.get(options, 'method') !== 'GET';
