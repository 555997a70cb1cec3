/** What carries requests for the platform's fetch, which takes it as `dispatcher`. */
export interface Engine {
  dispatch(options: object, handler: object): boolean;
  /** Ends its connections, finished or not. */
  destroy(): Promise<void>;
}

// Called once a connection stands, right before the first byte is written: the older and the newer name.
const ABOUT_TO_WRITE = new Set<string | symbol>(['onConnect', 'onRequestStart']);

/** Passes everything on to `inner`, and tells when a request is about to be written. */
export function watched(inner: Engine, onWrite: () => void): Pick<Engine, 'dispatch'> {
  return {
    dispatch(options, handler) {
      const telling = new Proxy(handler, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            if (ABOUT_TO_WRITE.has(name)) onWrite();
            return Reflect.apply(value, target, args);
          };
        },
      });
      return inner.dispatch({ ...options, ...PATIENT, reset: costs(options) }, telling);
    },
  };
}

/** An image may take longer than the engine's own 300 seconds. */
const PATIENT = { headersTimeout: 0, bodyTimeout: 0 };

/**
 * A kept-alive connection that the server closes at the wrong moment would leave a purchase unconfirmed. What is only read
 * keeps it: where a long body is read slowly and the connection is to end with it, undici 7.30.2 fails an assertion of its
 * own in the middle of nowhere (Parser.finish of its lib/dispatcher/client-h1.js).
 */
const costs = (options: object): boolean => Reflect.get(options, 'method') !== 'GET';
